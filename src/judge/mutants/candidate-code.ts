import { posix } from 'node:path';
import type { BytePath, Tree, Trees } from '../../workspace/trees.ts';
import { fileName } from '../protected.ts';
import { lineOf, parse } from '../syntax.ts';
import type { View } from '../view.ts';
import { type ChangedCode, changedCode, mutationsIn } from './changed-code.ts';
import type { Mutation } from './mutation.ts';
import type { Placed } from './plan.ts';

/** What a candidate's work comes to, for somebody who wants to damage it. */
export interface CandidateCode {
  /** Everything that can be damaged. */
  readonly all: readonly Placed[];
  /** Programs that were changed, or that hold what can be damaged. */
  readonly programs: readonly BytePath[];
  /** Changed files that hold something else: other languages, data, texts, generated code, and files that are gone. */
  readonly others: readonly BytePath[];
  /** There are programs among the changes, and what changed in them is comments, or is there and does nothing. */
  readonly hollow: boolean;
}

/** Reads the changed sources as they stand in `tree`. `tests`: files that test others, whatever they are called. */
export async function codeOf(view: View, tree: Tree, tests: ReadonlySet<string>): Promise<CandidateCode> {
  const { trees } = view.deps;
  const read = async (of: Tree, path: BytePath) => (await trees.read(of, path))?.toString('utf8');
  const files: ChangedCode[] = [];
  const others: BytePath[] = [];
  for (const { path, old, new: now } of view.changes) {
    const kind = view.kind(path, now?.mode === '120000');
    if ((kind !== 'source' && kind !== 'manifest') || tests.has(fileName(path))) continue;
    const text = now === null || now.mode === '120000' ? undefined : await read(tree, path);
    const before = old === null ? undefined : await read(view.candidate.baseTree, path);
    const code = text === undefined ? undefined : changedCode(path, before, text);
    if (code === undefined) others.push(path);
    else files.push(code);
  }
  const found = [
    () => files.flatMap((file) => placed(file, file.changed)),
    () => files.flatMap((file) => placed(file, file.round)),
    () => byName(trees, tree, files),
  ];
  let all: readonly Placed[] = [];
  for (const look of found) if (all.length === 0) all = once(await look());
  const codeless = files.every(({ holdsCode }) => !holdsCode) || files.some(({ hollow }) => hollow);
  const programs = [...new Set([...files, ...all].map(({ path }) => path))];
  return { all, programs, others, hollow: files.length > 0 && all.length === 0 && codeless };
}

/** Two kinds of damage may come to the same text, which is tried once and counts once. */
function once(all: readonly Placed[]): readonly Placed[] {
  const keys = new Set<string>();
  return all.filter(({ path, from, to, text }) => {
    const key = JSON.stringify([path, from, to, text]);
    return !keys.has(key) && keys.add(key);
  });
}

function placed({ path, program }: Pick<ChangedCode, 'path' | 'program'>, mutations: readonly Mutation[]) {
  return mutations.map((one) => ({ ...one, path, line: lineOf(program, one.from) }));
}

/** What the names on changed lines stand for, there or in the modules named beside them: exports, aliases. */
async function byName(trees: Trees, tree: Tree, files: readonly ChangedCode[]): Promise<readonly Placed[]> {
  const paths = new Set((await trees.list(tree)).map(({ path }) => path));
  const all: Placed[] = [];
  for (const file of files) {
    const wanted = (mutations: readonly Mutation[], any = false) =>
      mutations.filter(({ owners }) => any || owners.some((name) => file.names.has(name)));
    all.push(...placed(file, wanted(file.all)));
    for (const module of file.modules) {
      const path = moduleFile(file.path, module, paths);
      const text = path === undefined ? undefined : (await trees.read(tree, path))?.toString('utf8');
      if (path === undefined || text === undefined) continue;
      const program = parse(path, text);
      if (program === undefined) continue;
      const inside = mutationsIn(program, path);
      const named = wanted(inside);
      all.push(...placed({ path, program }, named.length > 0 ? named : inside));
    }
  }
  return all;
}

/** The file that a relative module name leads to; for Python also one below the top or `src`. */
function moduleFile(from: BytePath, module: string, paths: ReadonlySet<BytePath>): BytePath | undefined {
  const relative = module.startsWith('.');
  const tops = relative ? [posix.dirname(from)] : /\.py$/.test(fileName(from)) ? ['.', 'src'] : [];
  const endings = ['', '.js', '.ts', '.mjs', '.cjs', '.mts', '.cts', '.jsx', '.tsx', '.py'];
  const inFolder = ['/index.js', '/index.ts', '/__init__.py'];
  return tops
    .map((top) => posix.normalize(posix.join(top, module)).replace(/\/$/, ''))
    .flatMap((path) => [path, path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')])
    .flatMap((path) => [...endings, ...inFolder].map((ending) => path + ending))
    .find((path) => paths.has(path));
}
