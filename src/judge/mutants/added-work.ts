import { posix } from 'node:path';
import type { BytePath, Change, Tree } from '../../workspace/trees.ts';
import { fileName } from '../protected.ts';
import { parse } from '../syntax.ts';
import type { View } from '../view.ts';
import { addedCode } from './added-code.ts';
import type { CandidateCode } from './candidate-code.ts';
import { changedCode } from './changed-code.ts';
import { fileSort } from './file-sort.ts';
import { nameToRead } from './name-to-read.ts';
import { newFunctions, outerFunctions } from './new-functions.ts';
import type { Placed } from './plan.ts';

/** What a candidate adds, told apart by who could vouch for whom: data says nothing of code. */
export interface AddedWork {
  /** Changed texts, tables and marks. */
  readonly data: readonly BytePath[];
  /** Every other changed file of the work. */
  readonly rest: readonly BytePath[];
  /** Damages in functions that are new, and neither show how something is used nor write the data. */
  readonly fresh: readonly Placed[];
  /** Programs of which nothing can be damaged, and which were added to without taking any code away. */
  readonly grown: readonly BytePath[];
}

interface File {
  readonly path: BytePath;
  readonly name: string;
  readonly before: string | undefined;
  readonly now: string | undefined;
}

const writes = /write|dump|save|output|emit|to_(csv|json)/i;

/** Reads it from the changes as they stand in `tree`, of which `code` can be damaged. */
export async function addedWork(view: View, tree: Tree, code: CandidateCode): Promise<AddedWork> {
  const own = new Set([...code.others, ...code.programs]);
  const changes = view.changes.filter(({ path }) => own.has(path));
  const read = new Set(code.programs);
  const sorts = new Map(changes.map((change) => [change.path, sortOf(change, read.has(change.path))]));
  const paths = (wanted: boolean) =>
    changes.filter(({ path }) => (sorts.get(path) === 'data') === wanted).map(({ path }) => path);
  const data = paths(true);
  const programs = changes.filter(({ path }) => sorts.get(path) === 'program');
  const files = await Promise.all(programs.map((change) => fileOf(view, tree, change)));
  const makers = files.filter(({ now = '' }) => writes.test(now) && namesAny(now, data));
  const asked = files.filter((file) => !makers.includes(file));
  return { data, rest: paths(false), fresh: freshIn(asked, files, code.all), grown: grownOf(asked) };
}

/** `isRead`: its text says that it is a program, whatever its name is. */
function sortOf({ path, old, new: now }: Change, isRead: boolean) {
  return fileSort(fileName(path), isRead || (now ?? old)?.mode === '100755');
}

async function fileOf(view: View, tree: Tree, { path, old, new: now }: Change): Promise<File> {
  const { trees } = view.deps;
  const text = async (of: Tree, is: Change['old']) =>
    is === null || is.mode === '120000' ? undefined : (await trees.read(of, path))?.toString('utf8');
  const [before, after] = [await text(view.candidate.baseTree, old), await text(tree, now)];
  return { path, name: fileName(path), before, now: after };
}

/** A program that writes data is seen by its data. */
function namesAny(text: string, data: readonly BytePath[]): boolean {
  const lines = text.split('\n').filter((line) => !/^\s*(\/\/|\/?\*|#|--)/.test(line));
  return data.some((path) => lines.some((line) => line.includes(posix.basename(fileName(path)))));
}

function freshIn(asked: readonly File[], files: readonly File[], all: readonly Placed[]): readonly Placed[] {
  const functions = ({ name }: File, text: string | undefined) => {
    const program = text === undefined ? undefined : parse(nameToRead(name, text), text);
    return { program, found: program === undefined ? [] : outerFunctions(program) };
  };
  const known = new Set(
    files.flatMap((file) => functions(file, file.before).found.map(({ meaning }) => meaning)),
  );
  return asked.flatMap((file) => {
    const { program } = functions(file, file.now);
    const added =
      program === undefined ? [] : newFunctions(program, functions(file, file.before).found, known);
    return all.filter(
      ({ path, from, to }) => path === file.path && added.some((one) => one.from <= from && to <= one.to),
    );
  });
}

/** None where any program lost code: what was there before may need the rest. */
function grownOf(files: readonly File[]): readonly BytePath[] {
  const grown: BytePath[] = [];
  for (const { path, name, before, now } of files) {
    const code = now === undefined ? undefined : changedCode(path, before, now);
    if (code === undefined) {
      const what = now === undefined ? 'changes' : addedCode(name, before, now);
      if (what === 'changes') return [];
      if (what === 'adds') grown.push(path);
    } else if (code.changed.length + code.round.length === 0 && code.hollow) grown.push(path);
  }
  return grown;
}
