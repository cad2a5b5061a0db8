import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { Adapter, BrokenReport, Report, ReportFile } from './adapter.ts';
import { type RawTest, relativeTo } from './identity.ts';

/**
 * node:test, through a reporter of ours: the JUnit reporter of Node 20 tells no file names. Node wants as many
 * destinations as reporters, over NODE_OPTIONS and the command together, so a reporter of the project's own that
 * names none gets stdout from us. The reporter writes its own file: two runners in one check do not meet.
 */
export const nodeTest: Adapter = {
  name: 'node-test',
  ask({ folder, text }) {
    const own = /--test-reporter[= ]/.test(text);
    const toSomewhere = text.includes('--test-reporter-destination');
    const spec = own ? [] : ['--test-reporter=spec', '--test-reporter-destination=stdout'];
    const ours = [
      `--test-reporter=${pathToFileURL(`${folder}/node-test.mjs`).href}`,
      '--test-reporter-destination=stdout',
    ];
    return {
      files: { 'node-test.mjs': 'reporters/node-test.mjs' },
      nodeOptions: [...spec, ...ours, ...(own && !toSomewhere ? ['--test-reporter-destination=stdout'] : [])],
    };
  },
  owns: (name) => /^node-test-\d+\.jsonl$/.test(name),
  read(files, { top }) {
    const runs: Run[] = [];
    for (const file of files) {
      const run = readRun(file);
      if ('broken' in run) return run;
      if (relativeTo(`${run.cwd}/.`, [top]) !== undefined) runs.push(run);
    }
    runs.sort((a, b) => a.at - b.at);
    return { tests: runs.flatMap(testsOf), isolated: runs.every((run) => run.isolated) } satisfies Report;
  },
};

const Head = z.object({
  kind: z.literal('head'),
  at: z.number(),
  cwd: z.string(),
  argv: z.array(z.string()),
});
const Line = z.object({
  kind: z.enum(['start', 'pass', 'fail']),
  name: z.string(),
  nesting: z.int().min(0).max(1000),
  file: z.string().optional(),
  skip: z.boolean().optional(),
  todo: z.boolean().optional(),
  suite: z.boolean().optional(),
  why: z.string().optional(),
});
type Line = z.infer<typeof Line>;

interface Run {
  readonly at: number;
  readonly cwd: string;
  readonly isolated: boolean;
  readonly lines: readonly Line[];
}

function readRun({ name, text }: ReportFile): Run | BrokenReport {
  try {
    const [first, ...rest] = text.trimEnd().split('\n');
    const last = rest.pop();
    if (last !== '{"kind":"end"}') return { broken: `${name} has no end: the runner was cut off` };
    const { at, cwd, argv } = Head.parse(JSON.parse(first ?? ''));
    const isolated = !argv.some((word) => /^--(experimental-)?test-isolation=none$/.test(word));
    return { at, cwd, isolated, lines: rest.map((line) => Line.parse(JSON.parse(line))) };
  } catch (error) {
    return { broken: `${name}: ${messageOf(error).slice(0, 200)}` };
  }
}

function testsOf({ lines, cwd }: Run): readonly RawTest[] {
  const path: string[] = [];
  const tests: RawTest[] = [];
  for (const { kind, name, nesting, file = '', skip, todo, suite, why } of lines) {
    path.length = Math.min(path.length, nesting);
    path[nesting] = name;
    if (kind === 'start') continue;
    // A suite is as good as its tests; by itself it counts only when it broke by itself, in a hook.
    if (suite && (kind === 'pass' || why === 'subtestsFailed')) continue;
    const status = skip ? 'skip' : todo ? 'todo' : kind;
    const asFile = nesting === 0 && isFile(name, file, cwd);
    tests.push({ file, path: asFile ? [] : path.slice(0, nesting + 1).map((part) => part ?? ''), status });
  }
  return tests;
}

/** The runner reports a file that did not load, or that holds no tests, as a test named by its path. */
function isFile(name: string, file: string, cwd: string): boolean {
  return name === file || `${cwd}/${name}` === file;
}
