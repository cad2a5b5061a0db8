import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { Adapter, BrokenReport } from './adapter.ts';
import { type RawTest, relativeTo } from './identity.ts';
import { askInNode, runnerAdapter } from './runner-adapter.ts';
import { disagrees, greenOverRed, type Told } from './told.ts';

/**
 * node:test, through a reporter of ours: the JUnit reporter of Node 20 tells no file names. Node wants as many
 * destinations as reporters, over NODE_OPTIONS and the command together, so a reporter of the project's own that
 * names none gets stdout from us.
 */
export const nodeTest: Adapter = runnerAdapter({
  name: 'node-test',
  isolated: true,
  ask({ folder, text }) {
    const own = /--test-reporter[= ]/.test(text);
    const toSomewhere = text.includes('--test-reporter-destination');
    const spec = own ? [] : ['--test-reporter=spec', '--test-reporter-destination=stdout'];
    const ours = [
      `--test-reporter=${pathToFileURL(`${folder}/node-test.mjs`).href}`,
      '--test-reporter-destination=stdout',
    ];
    const { files = {}, nodeOptions = [] } = askInNode(folder, {
      'node-test.mjs': 'reporters/node-test.mjs',
    });
    const more = own && !toSomewhere ? ['--test-reporter-destination=stdout'] : [];
    return { files, nodeOptions: [...nodeOptions, ...spec, ...ours, ...more] };
  },
  tests(name, told, { top }) {
    if (relativeTo(`${told.cwd}/.`, [top]) === undefined) return undefined;
    const tests = testsOf(name, told);
    if ('broken' in tests) return tests;
    return disagrees(tests, told.exit) ? { broken: `${name}: ${greenOverRed}` } : tests;
  },
  apart: ({ argv }) => !argv.some((word) => /^--(experimental-)?test-isolation=none$/.test(word)),
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
  ms: z.number().optional(),
});

function testsOf(report: string, { lines, cwd }: Told): readonly RawTest[] | BrokenReport {
  const path: string[] = [];
  const tests: RawTest[] = [];
  for (const line of lines) {
    const parsed = Line.safeParse(line);
    if (!parsed.success) return { broken: `${report}: ${parsed.error.message.slice(0, 200)}` };
    const { kind, name, nesting, file = '', skip, todo, suite, why, ms } = parsed.data;
    path.length = Math.min(path.length, nesting);
    path[nesting] = name;
    if (kind === 'start') continue;
    // A suite is as good as its tests; by itself it counts only when it broke by itself, in a hook.
    if (suite && (kind === 'pass' || why === 'subtestsFailed')) continue;
    const status = skip ? 'skip' : todo ? 'todo' : kind;
    const asFile = nesting === 0 && isFile(name, file, cwd);
    const names = asFile ? [] : path.slice(0, nesting + 1).map((part) => part ?? '');
    tests.push({ file, path: names, status, ...(ms === undefined ? {} : { ms }) });
  }
  return tests;
}

/** The runner reports a file that did not load, or that holds no tests, as a test named by its path. */
function isFile(name: string, file: string, cwd: string): boolean {
  return name === file || `${cwd}/${name}` === file;
}
