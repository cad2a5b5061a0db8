import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import { claimSpec, readClaim } from '../../hands/claim.ts';
import { cutEnd } from '../../hands/cut.ts';
import { opinionEnding } from '../../hands/opinion.ts';
import { done, failed, makeTool, type Result, type Tool } from '../../hands/tool.ts';
import type { Outcome } from '../outcome.ts';
import { readRegular } from '../read-regular.ts';
import { addNote, noteCaps } from './notes.ts';
import type { Served } from './variables.ts';
import { writeOutcome } from './write-outcome.ts';

/** Bytes of a file beside the brief that are read, and characters of it that are shown. */
const readCap = 1024 * 1024;
const shownCap = 48_000;

const judged =
  'Nothing is judged before you end your turn: stop working now, end every process you started, and end your turn.';

/** What the server of this session offers: only what leads somewhere in its role. */
export function toolsOf(served: Served): readonly Tool[] {
  const { role, outcome, feature, verdict } = served;
  const about = feature === undefined || role === 'initializer' ? [] : [showFeature(feature)];
  if (role === 'evaluator') return [opinion(outcome), ...about];
  // Nobody reads a question of an examiner, and only what a coder learned is handed on.
  const asks = role === 'examiner' ? [] : [askHuman(outcome)];
  const notes = served.notes === undefined || role !== 'coder' ? [] : [note(served.notes)];
  const refusal = verdict === undefined ? [] : [lastVerdict(verdict)];
  return [claim(outcome), ...asks, ...notes, ...about, ...refusal];
}

function claim(file: string): Tool {
  return {
    spec: {
      name: 'claim',
      description:
        'Say what your work on the feature came to. Call it once, as the last thing you do, then end your turn. A judge ' +
        'outside your reach then takes your files, not your words, and checks "done" in a clean checkout: what does ' +
        'not hold is refused, and an honest "partial" or "stuck" costs less than a false "done". Where you never call ' +
        'it, ending your turn counts as "done". Calling it again replaces what you claimed before.',
      input_schema: claimSpec.input_schema,
    },
    effect: 'acts',
    async run(input) {
      const read = readClaim(input);
      if ('problem' in read) return failed(read.problem);
      return await put(file, { claim: read.claim, ...read.handoff }, `Claimed: ${read.claim}. ${judged}`);
    },
  };
}

function opinion(file: string): Tool {
  const { spec, read } = opinionEnding;
  return {
    spec: {
      ...spec,
      description:
        'Give your opinion of the work you were shown: "object" with one to five reasons, each a sentence that names file ' +
        'and line, or "no-objection". Call it once, as the last thing you do, then end your turn. Calling it again ' +
        'replaces your opinion.',
    },
    effect: 'acts',
    async run(input) {
      const given = read(input);
      if ('problem' in given) return failed(given.problem);
      const { says = 'no-objection', reasons = [] } = given.opinion ?? {};
      return await put(file, { opinion: says, reasons: [...reasons] }, `Said: ${says}. Now end your turn.`);
    },
  };
}

function askHuman(file: string): Tool {
  return makeTool({
    name: 'ask_human',
    description:
      'Ask the person who owns this repository, when the specification contradicts itself or only a person can decide or ' +
      'provide something. Nobody answers while you work: this ends your work on the feature with the claim "needs-human", ' +
      'the feature waits for the answer, and a later session gets it. So look first, never ask what the repository or ' +
      'the brief can tell you, and end your turn after it. It replaces a claim you made before.',
    effect: 'acts',
    input: z.strictObject({
      question: z
        .string()
        .describe(
          'One clear question that can be answered without knowing what you did, with the choices you see.',
        ),
    }),
    async run({ question }) {
      const read = readClaim({ claim: 'needs-human', question });
      if ('problem' in read)
        return failed('The question is empty: what exactly must a person answer? Nothing was asked.');
      return await put(
        file,
        { claim: 'needs-human', ...read.handoff },
        'The question waits for a person. Your claim is "needs-human"; end your turn now, without another claim.',
      );
    },
  });
}

function note(file: string): Tool {
  return makeTool({
    name: 'note',
    description:
      'Note one thing that holds for this repository beyond the feature and would have saved you time: a command that ' +
      `works, a trap, where something stands. Later sessions are told. One line, at most ${noteCaps.characters} characters, ` +
      `at most ${noteCaps.notes} notes. No progress reports and nothing about this feature: that goes into your claim.`,
    effect: 'acts',
    input: z.strictObject({ text: z.string().describe('The note: one fact, in one line.') }),
    async run({ text }) {
      const added = await addNote(file, text);
      return typeof added === 'string' ? failed(added) : done(`Noted (${added.now} of ${noteCaps.notes}).`);
    },
  });
}

function showFeature(file: string): Tool {
  return makeTool({
    name: 'feature',
    description:
      'The one feature this session is about, as JSON: id, title, description, steps to see that it works, and how it is ' +
      'to be proven. The same words as in your brief; use it when you no longer have them before you.',
    effect: 'reads',
    input: z.strictObject({}),
    run: async () =>
      await show(
        file,
        'There is no feature in this session: what to do stands in your brief.',
        (text) => text,
      ),
  });
}

function lastVerdict(file: string): Tool {
  return makeTool({
    name: 'last_verdict',
    description:
      'Why your last claim in this session was refused: each reason, with the tests it is about and what they printed. ' +
      'Mend exactly these before you claim again.',
    effect: 'reads',
    input: z.strictObject({}),
    run: async () =>
      await show(
        file,
        'No claim of this session was refused. Refusals of earlier sessions stand in your brief.',
        (text) => String(Verdict.parse(JSON.parse(text)).text),
      ),
  });
}

const Verdict = z.object({ text: z.string() });

async function put(file: string, outcome: Partial<Outcome>, said: string): Promise<Result> {
  const problem = await writeOutcome(file, outcome);
  return problem === undefined ? done(said) : failed(problem);
}

async function show(file: string, none: string, words: (text: string) => string): Promise<Result> {
  try {
    const content = await readRegular(file, readCap);
    return content === undefined ? done(none) : done(cutEnd(words(content.toString('utf8')), shownCap));
  } catch (error) {
    return failed(`${file} cannot be read: ${messageOf(error)}. What it held stands in your brief.`);
  }
}
