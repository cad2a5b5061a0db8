import type { Brain } from '../brain/brain.ts';
import { wholeSpecification } from '../judge/sealed/specification.ts';
import { planIsDue } from '../ledger/planned.ts';
import { featureState } from '../ledger/state.ts';
import { planAgain, plannerBrief, planText } from '../project/brief-planner.ts';
import type { Feature } from '../project/feature.ts';
import type { Prepared } from '../workspace/prepare.ts';
import type { Commit } from '../workspace/trees.ts';
import { questionIn } from './after-session.ts';
import type { Said } from './brain-round.ts';
import { knownOf } from './brief-of.ts';
import type { Filled } from './choose-brain.ts';
import { type Consulted, consult } from './consult.ts';
import type { Crew } from './crew.ts';

/** Model calls that one plan may take, where the role has no limit of its own. */
const turns = 60;

/** What a planner has to say of a feature. */
type Plan = { readonly plan: string } | { readonly question: string } | { readonly none: string };

/**
 * Has the planner look at a feature before a session on it: before the first, and once more where one came to nothing. Its
 * plan goes into the briefs to come; its question parks the feature; and whatever else comes of it, the work goes on.
 * False: the run has to be looked at again first, since nobody could be asked or the feature waits for a person.
 */
export async function planAhead(
  crew: Crew,
  planner: Filled | undefined,
  feature: Feature,
  { base, prepared }: { readonly base: Commit; readonly prepared: Prepared },
): Promise<boolean> {
  const { book, signals } = crew;
  if (planner === undefined || !planIsDue(featureState(book.state, feature.id))) return true;
  crew.watcher.activity(`the planner looks at ${feature.id}`);
  const session = book.state.sessions.length + 1;
  const asked = {
    role: 'planner',
    filled: planner,
    feature,
    session,
    brief: await briefOf(crew, feature, base),
    base,
    prepared,
    hands: 'read-only',
    turns,
    rounds: 1,
    read: async (said: Said, _: unknown, brain: Brain) => {
      const value = meant(said);
      return value === undefined ? { again: planAgain(brain) } : { value };
    },
  } as const;
  const came = await consult<Plan>(crew, asked, signals.hard);
  if (signals.hard.aborted || isToBeLookedAt(came)) return false;
  const where = { feature: feature.id, session };
  if (came.ended === 'finished' && 'question' in came.value) {
    await book.record({ type: 'feature.parked', ...where, question: came.value.question });
    return false;
  }
  if (came.ended === 'finished' && 'plan' in came.value)
    await book.record({ type: 'plan.made', ...where, text: came.value.plan });
  else await book.record({ type: 'plan.missed', ...where, why: whyNone(came) });
  return true;
}

/** What it claims, as what it means for the feature; undefined where it has said nothing that can be used. */
function meant({ claim, handoff }: Said): Plan | undefined {
  const { did, next = '' } = handoff;
  if (claim === 'needs-human') return { question: questionIn(handoff) };
  if (claim === 'stuck' || claim === 'no-work') return { none: `it claims ${claim}. ${did ?? next}`.trim() };
  const plan = planText(next);
  return plan === '' ? undefined : { plan };
}

/** A limit of the run, or a brain that cannot be asked, decides what the run does next. */
function isToBeLookedAt(came: Consulted<Plan>): boolean {
  if (came.ended !== 'failed') return false;
  return came.limit !== undefined || ['unavailable', 'fatal', 'interrupted'].includes(came.failure.kind);
}

function whyNone(came: Consulted<Plan>): string {
  if (came.ended === 'failed') return `the planner failed: ${came.failure.reason}`;
  if (came.ended === 'finished' && 'none' in came.value) return came.value.none;
  return 'it ended twice without one.';
}

async function briefOf(crew: Crew, feature: Feature, base: Commit): Promise<(brain: Brain) => string> {
  const { trees } = crew.repo;
  const specification = await wholeSpecification(trees, await trees.treeOf(base));
  const given = { ...(await knownOf(crew, feature)), specification };
  return ({ claimBy, addition }) => plannerBrief({ ...given, claimBy, addition });
}
