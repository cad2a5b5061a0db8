import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { BrokenReport, ReportFile } from './adapter.ts';
import type { RawTest } from './identity.ts';

/** What one runner told over its connection, from its first word to its last. */
export interface Told {
  /** Its folder, as it sees it, and the words it was started with. */
  readonly cwd: string;
  readonly argv: readonly string[];
  /** The lines between, as they came. */
  readonly lines: readonly unknown[];
  /** Whether its test files ran apart from each other; undefined where it did not say. */
  readonly isolated: boolean | undefined;
  /** The exit code it ended with, where it could know it. */
  readonly exit: number | null;
}

const Head = z.object({ kind: z.literal('head'), cwd: z.string(), argv: z.array(z.string()) });
const Done = z.object({
  kind: z.literal('done'),
  isolated: z.boolean().optional(),
  exit: z.int().nullable().default(null),
});
const End = z.object({ kind: z.literal('end'), exit: z.int().nullable() });

/**
 * Reads what was told. A runner says `done` when its last test has ended, and `end` as its last word: without them
 * somebody ended it from outside or from within. One that gave up by itself, and said so with its exit code, told
 * nothing (undefined); neither did one that ran no tests.
 */
export function readTold({ name, text }: ReportFile): Told | BrokenReport | undefined {
  try {
    const [head, ...rest] = text.trimEnd().split('\n');
    const { cwd, argv } = Head.parse(JSON.parse(head ?? ''));
    const lines = rest.map((line) => JSON.parse(line) as unknown);
    const end = End.safeParse(lines.at(-1)).data;
    if (end !== undefined) lines.pop();
    const done = Done.safeParse(lines.at(-1)).data;
    if (done !== undefined) lines.pop();
    if (end === undefined) return { broken: `${name} has no end: the runner was cut off` };
    if (lines.length === 0 && done === undefined) return undefined;
    if (done === undefined && end.exit !== null && end.exit !== 0) return undefined;
    if (done === undefined)
      return { broken: `${name} has no end: the runner ended with 0 before it was done` };
    return { cwd, argv, lines, isolated: done.isolated, exit: end.exit ?? done.exit };
  } catch (error) {
    return { broken: `${name}: ${messageOf(error).slice(0, 200)}` };
  }
}

const Test = z.object({
  kind: z.literal('test'),
  /** Where the runner gives each test a name of its own. */
  id: z.string().optional(),
  file: z.string().default(''),
  path: z.array(z.string()),
  status: z.enum(['pass', 'fail', 'skip', 'todo', 'twice']),
  ms: z.number().optional(),
});

/** The lines of a runner that tells one line a test. */
export function testsOf(name: string, { lines, exit }: Told): readonly RawTest[] | BrokenReport {
  const tests: RawTest[] = [];
  const ids = new Set<string>();
  for (const line of lines) {
    const parsed = Test.safeParse(line);
    if (!parsed.success) return { broken: `${name}: ${parsed.error.message.slice(0, 200)}` };
    const { id, file, path, status, ms } = parsed.data;
    if (status === 'twice' || (id !== undefined && ids.has(id)))
      return { broken: `${name}: ${[file, ...path].join(' › ').slice(0, 200)} ended twice` };
    if (id !== undefined) ids.add(id);
    tests.push({ file, path, status, ...(ms === undefined ? {} : { ms }) });
  }
  return disagrees(tests, exit) ? { broken: `${name}: ${greenOverRed}` } : tests;
}

/** A runner that ends with 0 over failing tests is not one. */
export function disagrees(tests: readonly RawTest[], exit: number | null): boolean {
  return exit === 0 && tests.some(({ status }) => status === 'fail');
}

export const greenOverRed = 'the runner ended with 0 although tests failed';
