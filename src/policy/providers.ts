import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { messageOf, UserError } from '../errors.ts';
import { checkJson } from '../project/check-value.ts';
import { readJson } from '../project/json-text.ts';
import shipped from './providers.json' with { type: 'json' };

/**
 * What the troubles of providers look like and what is to be done about each: `providers.json`, which we ship, and a
 * file of the same form that a user may put in front of it. `schema/providers.schema.json` is made from this.
 */

/** Bytes such a file may have. */
const fileCap = 1_000_000;
const help = 'Correct the file, or take "providers" out of the configuration. Its form: docs/brains.md';

const pattern = z
  .string()
  .min(1)
  .refine(isPattern, 'a regular expression')
  .describe('A regular expression; upper and lower case are the same.');

const status = z.union([
  z.int().min(100).max(599),
  z.string().regex(/^[1-5]xx$/, 'a status, or a class of them such as "5xx"'),
]);

export const acts = ['retry', 'wait', 'person', 'fatal', 'fresh'] as const;

const Rule = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, 'a short name such as "rate-limit"')
      .describe('What the trouble is called in transcripts.'),
    from: z
      .enum(['messages', 'command'])
      .optional()
      .describe('messages: an answer of the Messages API; command: the end of a program. Default: both.'),
    program: z
      .string()
      .min(1)
      .optional()
      .describe('A program that the command line of a command brain must name, such as "gemini".'),
    status: z
      .array(status)
      .min(1)
      .optional()
      .describe(
        'HTTP status, or a class of them such as "5xx"; of a program only where an agent CLI tells it.',
      ),
    codes: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Error codes; "*" at the end stands for the rest.'),
    headers: z
      .record(z.string(), pattern)
      .optional()
      .describe('Headers of the answer, each with what it holds.'),
    exits: z
      .array(z.int().min(0).max(255))
      .min(1)
      .optional()
      .describe('Exit codes. Without them: any but 0. With 0: an end without an outcome, too.'),
    problems: z
      .array(z.enum(['connection', 'silence', 'malformed', 'no-credential']))
      .min(1)
      .optional()
      .describe('What went wrong without an answer.'),
    texts: z
      .array(pattern)
      .min(1)
      .optional()
      .describe('One of them must be found in the message, or in the last lines of the program.'),
    act: z
      .enum(acts)
      .describe(
        'retry: at once, a few times, then wait and probe. wait: until the end that is told, else wait and probe. person: somebody must pay or log in. fatal: it will not work next time either. fresh: a fresh session.',
      ),
    tries: z
      .int()
      .min(0)
      .max(8)
      .optional()
      .describe('How often the built-in brain tries again in the same session. Default: 8.'),
    after: z.enum(['fresh']).optional().describe('What follows after that, instead of a wait.'),
    help: z.string().min(1).optional().describe('What a person can do: a name of "helps", or a sentence.'),
  })
  .check((given) => {
    const { value, issues } = given;
    const { status, codes, headers, exits, problems, texts, act, help } = value;
    const complain = (path: string, message: string) =>
      issues.push({ code: 'custom', message, input: value, path: [path] });
    if (!(status ?? codes ?? headers ?? exits ?? problems ?? texts))
      complain('name', 'of a rule that says when it holds (status, codes, headers, exits, problems, texts)');
    if ((act === 'person' || act === 'fatal') && help === undefined)
      complain('help', 'there: what a person can do');
  });

export const ProviderFile = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).describe('Version of this format.'),
  asOf: z.string().optional().describe('Day of the look.'),
  types: z
    .record(z.string(), z.int().min(100).max(599))
    .default({})
    .describe('Which HTTP status the type of an error stands for that comes without one.'),
  ends: z
    .array(
      z.strictObject({
        header: z.string().min(1),
        holds: z
          .enum(['ms', 'seconds', 'instant'])
          .describe('ms or seconds from now (or an HTTP date), or an instant: epoch or ISO.'),
      }),
    )
    .default([])
    .describe('Headers that tell when to come back; the first that can be read holds.'),
  helps: z.record(z.string(), z.string().min(1)).default({}).describe('What a person can do, by name.'),
  rules: z.array(Rule).default([]).describe('The first rule of which everything holds decides.'),
});

/** All that is known of providers. */
export type Providers = Readonly<z.output<typeof ProviderFile>>;
export type Rule = Providers['rules'][number];

let ours: Providers | undefined;

/** What we ship. */
export function shippedProviders(): Providers {
  ours ??= ProviderFile.parse(shipped);
  return ours;
}

/** What we ship, with what a user's file says in front of it. UserError when that file is broken. */
export async function readProviders(file?: string): Promise<Providers> {
  if (file === undefined) return shippedProviders();
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`The file of providers ${file} cannot be read: ${messageOf(error)}.`, help);
  }
  return inFront(parseProviders(text, file), shippedProviders());
}

/** A file of providers. UserError that names file and field when it does not fit. */
export function parseProviders(text: string, where: string): Providers {
  const name = `The file of providers ${where}`;
  return checkJson(ProviderFile, readJson(text, name, fileCap), name, help);
}

function inFront(first: Providers, then: Providers): Providers {
  return {
    version: 1,
    types: { ...then.types, ...first.types },
    ends: [...first.ends, ...then.ends],
    helps: { ...then.helps, ...first.helps },
    rules: [...first.rules, ...then.rules],
  };
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source, 'i').source !== '';
  } catch {
    return false;
  }
}
