import * as z from 'zod';
import type { Adapter, BrokenReport, ReportFile } from '../runners/adapter.ts';
import { relativeTo } from '../runners/identity.ts';

/** Looks on while a check runs: lays its files beside those of the reports, and reads what was noted there. */
export interface Watch extends Pick<Adapter, 'ask' | 'owns'> {
  /** Lines that are none say nothing. `tops`: how the checkout is called inside and outside. */
  read(files: readonly ReportFile[] | BrokenReport, tops: readonly string[]): readonly Watched[];
}

/** A function or class of the runtime or a library that is another one than it should be. */
export interface Replaced {
  readonly name: string;
  /** The file that the new one stands in, relative to the top; empty: nobody can say. */
  readonly by: string;
}

/** What was noted at the end of one test file, by one process. */
export interface Watched {
  /** Of the file: `Names.id`. */
  readonly id: string;
  /** Names the process, or the thread. */
  readonly process: string;
  /** Its number among those of the process. */
  readonly at: number;
  /** When the file had been loaded, and when its tests had run. Replacements by packages are left out. */
  readonly load: readonly Replaced[];
  readonly run: readonly Replaced[];
  /** Assertions that did not throw though they should have. */
  readonly silent: readonly string[];
  /** Names of the standard library that lead to files of the tree; `users`: files of the tree, or empty for a library. */
  readonly shadows: readonly (Replaced & { readonly users: readonly string[] })[];
  /** Classes of which a value equals anything. */
  readonly equals: readonly Replaced[];
}

const One = z.object({ name: z.string(), by: z.string() });
const Line = z.object({
  id: z.string(),
  process: z.string(),
  at: z.number(),
  load: z.array(One),
  run: z.array(One),
  silent: z.array(z.string()),
  shadows: z.array(One.extend({ users: z.array(z.string()) })).default([]),
  equals: z.array(One).default([]),
});

/** Watches a run whose plants know it by this word. */
export function watchFor(word: string): Watch {
  return {
    ask: ({ folder, out }) => ({
      files: { [`${word}.cjs`]: 'reporters/watch.cjs', [`python/${word}.py`]: 'reporters/python/watch.py' },
      texts: { [`${word}.json`]: JSON.stringify({ out }), [`python/${word}.json`]: JSON.stringify({ out }) },
      nodeOptions: ['--require', `${folder}/${word}.cjs`],
      env: { PYTHONPATH: `${folder}/python` },
    }),
    owns: (name) => name.startsWith(`${word}-`) && name.endsWith('.json'),
    read: (files, tops) => ('broken' in files ? [] : files.flatMap((file) => readLine(file, tops))),
  };
}

function readLine({ text }: ReportFile, tops: readonly string[]): readonly Watched[] {
  try {
    const line = Line.parse(JSON.parse(text));
    const within = <T extends Replaced>(all: readonly T[]) => all.flatMap((one) => placed(one, tops));
    const shadows = line.shadows.map((one) => ({
      ...one,
      users: one.users.flatMap((user) => home(user, tops)),
    }));
    return [
      {
        ...line,
        load: within(line.load),
        run: within(line.run),
        shadows: within(shadows),
        equals: within(line.equals),
      },
    ];
  } catch {
    return [];
  }
}

function placed<T extends Replaced>(one: T, tops: readonly string[]): readonly T[] {
  return home(one.by, tops).map((by) => ({ ...one, by }));
}

/** Relative to the top; nothing for files elsewhere, and for packages, which the project did not write. */
function home(file: string, tops: readonly string[]): readonly string[] {
  // Node's own functions appear where its mocks stand in the place of others: whose mock it is nobody can say.
  if (file === '' || file.startsWith('node:')) return [''];
  const path = relativeTo(file.replace(/\?.*$/, ''), tops);
  return path === undefined || /(^|\/)(node_modules|site-packages|dist-packages)\//.test(path) ? [] : [path];
}
