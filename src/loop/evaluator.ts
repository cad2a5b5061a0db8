import { randomBytes } from 'node:crypto';
import type { Brain } from '../brain/brain.ts';
import { broken } from '../judge/codes.ts';
import type { Broken } from '../judge/judge.ts';
import type { Heard, Question } from '../judge/opinion.ts';
import { fileName } from '../judge/protected.ts';
import { askAgain, diffCaps, evaluatorBrief } from '../project/brief-evaluator.ts';
import { numberedDiff } from '../project/numbered-diff.ts';
import type { Tree } from '../workspace/trees.ts';
import type { Filled } from './choose-brain.ts';
import { consult } from './consult.ts';
import type { Crew } from './crew.ts';

/** Model calls that one opinion may take. */
const turns = 40;
/** Bytes of the diff that are looked at before each file of it is cut. */
const wholeDiff = 4_000_000;

/**
 * Asks the evaluator about a candidate. One that ends without an opinion is asked once more in the same conversation; where it
 * breaks, its fallback is asked, else it once more from the start; then it has said nothing. Broken: it cannot be asked now (`brain.failed` says why),
 * and nobody may be accepted without it.
 */
export async function askEvaluator(
  crew: Crew,
  filled: Filled,
  question: Question,
  signal: AbortSignal,
): Promise<Heard | Broken> {
  const { candidate, work } = question;
  const brief = await briefOf(crew, question);
  for (let attempt = 1; ; attempt += 1) {
    crew.watcher.activity('the evaluator looks at it');
    const came = await consult(
      crew,
      {
        role: 'evaluator',
        filled,
        feature: candidate.feature,
        session: candidate.session,
        brief,
        base: candidate.base,
        tree: work,
        hands: 'read-only',
        turns,
        rounds: 1,
        read: async ({ opinion }, _, brain) =>
          opinion === undefined ? { again: askAgain(brain) } : { value: opinion },
      },
      signal,
    );
    if (came.ended === 'finished') return came.value;
    if (signal.aborted) return broken('judge.interrupted', '');
    if (came.ended === 'unreadable') return { says: 'nothing', why: 'it ended twice without one.' };
    const { failure, limit } = came;
    if (limit !== undefined || failure.kind === 'unavailable' || failure.kind === 'fatal')
      return broken('judge.evaluator-unavailable', failure.reason);
    if (failure.kind === 'interrupted') return broken('judge.interrupted', failure.reason);
    // With a fallback two have been asked already.
    if (attempt === 2 || filled.fallback) return { says: 'nothing', why: failure.reason };
  }
}

async function briefOf(crew: Crew, question: Question): Promise<(brain: Brain) => string> {
  const { candidate, work, proof, notes, suspicions } = question;
  const { trees } = crew.repo;
  const diff = await trees.diff(candidate.baseTree, work, wholeDiff);
  const tests = new Set(
    (await trees.changes(candidate.baseTree, work))
      .filter(({ path }) => question.kind(path) !== 'source')
      .map(({ path }) => fileName(path)),
  );
  const given = {
    feature: candidate.feature,
    specification: await specificationOf(crew, candidate.baseTree),
    proof,
    notes,
    suspicions,
    // Sources first: they are what the feature is, and what is cut is cut at the end.
    diff: numberedDiff(diff, diffCaps, (head) =>
      [...tests].some((path) => head.endsWith(`b/${path}`)) ? 1 : 0,
    ),
    mark: randomBytes(12).toString('hex'),
  };
  return ({ claimBy, addition }) => evaluatorBrief({ ...given, claimBy, addition });
}

/** The specification that the list names, by its words or by the path of a file; as the base has it. */
async function specificationOf(crew: Crew, base: Tree): Promise<string> {
  const { spec } = (await crew.lists(crew.book.state.tip)).list;
  if (spec.includes('\n') || spec.length > 1000) return spec;
  const path = Buffer.from(spec.replace(/^\.\//, '')).toString('latin1');
  return (await crew.repo.trees.read(base, path))?.toString('utf8') ?? spec;
}
