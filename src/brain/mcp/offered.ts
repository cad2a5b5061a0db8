import type { Served } from './variables.ts';

/**
 * What the server tells of its tools, written down: an agent CLI waits for it before its first request, and the schemas
 * that tools.ts checks input with take longer to load than Node itself.
 */

/** How many notes of a session are kept, characters of each, bytes of the file. */
export const noteCaps = { notes: 20, characters: 500, bytes: 64 * 1024 } as const;

/** A tool as the protocol lists it. */
export interface Offered {
  readonly name: ToolName;
  readonly description: string;
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown };
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly openWorldHint: boolean;
  };
}

export type ToolName = keyof typeof described;

/** What the server of this session offers: only what leads somewhere in its role. */
export function offeredTo({ role, feature, verdict, notes }: Served): readonly Offered[] {
  const about: readonly ToolName[] = feature === undefined || role === 'initializer' ? [] : ['feature'];
  if (role === 'evaluator') return listed(['opinion', ...about]);
  return listed([
    'claim',
    // Nobody reads a question of an examiner, and only what a coder learned is handed on.
    ...(role === 'examiner' ? [] : ['ask_human' as const]),
    ...(notes === undefined || role !== 'coder' ? [] : ['note' as const]),
    ...about,
    ...(verdict === undefined ? [] : ['last_verdict' as const]),
  ]);
}

/** What a model is told of each. */
export const described = {
  claim:
    'Say what your work on the feature came to. Call it once, as the last thing you do, then end your turn. A judge ' +
    'outside your reach then takes your files, not your words, and checks "done" in a clean checkout: what does ' +
    'not hold is refused, and an honest "partial" or "stuck" costs less than a false "done". Where you never call ' +
    'it, ending your turn counts as "done". Calling it again replaces what you claimed before.',
  opinion:
    'Give your opinion of the work you were shown: "object" with one to five reasons, each a sentence that names file ' +
    'and line, or "no-objection". Call it once, as the last thing you do, then end your turn. Calling it again ' +
    'replaces your opinion.',
  ask_human:
    'Ask the person who owns this repository, when the specification contradicts itself or only a person can decide or ' +
    'provide something. Nobody answers while you work: this ends your work on the feature with the claim "needs-human", ' +
    'the feature waits for the answer, and a later session gets it. So look first, never ask what the repository or ' +
    'the brief can tell you, and end your turn after it. It replaces a claim you made before.',
  note:
    'Note one thing that holds for this repository beyond the feature and would have saved you time: a command that ' +
    `works, a trap, where something stands. Later sessions are told. One line, at most ${noteCaps.characters} characters, ` +
    `at most ${noteCaps.notes} notes. No progress reports and nothing about this feature: that goes into your claim.`,
  feature:
    'The one feature this session is about, as JSON: id, title, description, steps to see that it works, and how it is ' +
    'to be proven. The same words as in your brief; use it when you no longer have them before you.',
  last_verdict:
    'Why your last claim in this session was refused: each reason, with the tests it is about and what they printed. ' +
    'Mend exactly these before you claim again.',
} as const;

const text = (description: string) => ({ type: 'string', description });

/** The schemas of tools.ts, which are what counts. */
const taken: Readonly<
  Record<ToolName, { readonly properties: object; readonly required?: readonly string[] }>
> = {
  claim: {
    properties: {
      claim: {
        type: 'string',
        enum: ['done', 'partial', 'stuck', 'needs-human', 'no-work'],
        description:
          'done: the feature works, proven and checked. partial: a sound step is made, the rest is for the next session. ' +
          'stuck: it cannot be done this way. needs-human: only a person can decide or supply something. no-work: it was already there.',
      },
      did: text('What you did, for the next session and for the report.'),
      learned: text('What the next session should know of this repository.'),
      next: text('What is left, the next step first.'),
      question: text('For needs-human: the one question a person has to answer.'),
    },
    required: ['claim'],
  },
  opinion: {
    properties: {
      opinion: {
        type: 'string',
        enum: ['object', 'no-objection'],
        description:
          'object: the work must not land, for the reasons you give. no-objection: you found none.',
      },
      reasons: {
        type: 'array',
        items: { type: 'string' },
        maxItems: 50,
        default: [],
        description:
          'For object: one to five sentences, each with the file and line it is about and what is wrong.',
      },
    },
    required: ['opinion'],
  },
  ask_human: {
    properties: {
      question: text(
        'One clear question that can be answered without knowing what you did, with the choices you see.',
      ),
    },
    required: ['question'],
  },
  note: { properties: { text: text('The note: one fact, in one line.') }, required: ['text'] },
  feature: { properties: {} },
  last_verdict: { properties: {} },
};

function listed(names: readonly ToolName[]): readonly Offered[] {
  return names.map((name) => ({
    name,
    description: described[name],
    inputSchema: { type: 'object', ...taken[name], additionalProperties: false },
    // Many programs ask a person before a call that is not known to do no harm, and there is nobody here to ask.
    annotations: {
      readOnlyHint: name === 'feature' || name === 'last_verdict',
      destructiveHint: false,
      openWorldHint: false,
    },
  }));
}
