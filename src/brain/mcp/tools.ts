import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import { claimSpec, readClaim } from '../../hands/claim.ts';
import { cutEnd } from '../../hands/cut.ts';
import { opinionEnding } from '../../hands/opinion.ts';
import { done, failed, makeTool, type Result, type Tool } from '../../hands/tool.ts';
import type { Outcome } from '../outcome.ts';
import { readRegular } from '../read-regular.ts';
import { addNote } from './notes.ts';
import { described, noteCaps } from './offered.ts';
import type { Served } from './variables.ts';
import { writeOutcome } from './write-outcome.ts';

/** Bytes of a file beside the brief that are read, and characters of it that are shown. */
const readCap = 1024 * 1024;
const shownCap = 48_000;

const judged =
  'Nothing is judged before you end your turn: stop working now, end every process you started, and end your turn.';

/** The tools of the files this session has; offered.ts says which of them are offered. */
export function toolsOf({ outcome, feature, verdict, notes }: Served): readonly Tool[] {
  return [
    claim(outcome),
    opinion(outcome),
    askHuman(outcome),
    ...(notes === undefined ? [] : [note(notes)]),
    ...(feature === undefined ? [] : [showFeature(feature)]),
    ...(verdict === undefined ? [] : [lastVerdict(verdict)]),
  ];
}

function claim(file: string): Tool {
  return {
    spec: {
      name: 'claim',
      description: described.claim,
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
      description: described.opinion,
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
    description: described.ask_human,
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
    description: described.note,
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
    description: described.feature,
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
    description: described.last_verdict,
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
