import { posix } from 'node:path';
import type { BytePath, Change, Entry } from '../../workspace/trees.ts';
import { fileOfModule, type Has } from '../meaning/modules.ts';
import { relationOf, saysTheSame, type Version } from '../meaning/relation.ts';
import { fileName, type Kind } from '../protected.ts';
import type { Moves } from './moves.ts';
import { scriptGrows, targetsGrow } from './steps-grow.ts';

/**
 * How a changed file stands to what the base had.
 * `new`, `removed`: it was not there, it is not there any more.
 * `same`: it says the same, in another layout. `grown`: all that was there still is. `edited`: what was there changed.
 * `follows`: it says the same of files that were renamed. `moved`: it is a renamed file of the base, `left`: its old place.
 */
export type Become = 'new' | 'removed' | 'same' | 'grown' | 'edited' | 'follows' | 'moved' | 'left';

export interface Standing {
  readonly change: Change;
  readonly kind: Kind;
  readonly is: Become;
  /** Of an edit: where it shows. */
  readonly why: string;
  /** A person allowed work on it, in the configuration of the base. */
  readonly allowed: boolean;
}

export interface Comparing {
  readonly moves: Moves;
  readonly inBase: Has;
  readonly inCandidate: Has;
  /** Of a script: only init.sh leads to it, no check. */
  readonly installs: (path: BytePath) => boolean;
  read(entry: { readonly oid: string }): Promise<Buffer>;
}

/** What became of one changed file. */
export async function becomeOf(
  change: Change,
  kind: Kind,
  with_: Comparing,
): Promise<Pick<Standing, 'is' | 'why'>> {
  const { old, new: now, path } = change;
  const plain = (is: Become) => ({ is, why: '' });
  const { moves } = with_;
  const guarded = kind === 'test' || kind === 'helper';
  if (old === null) {
    const from = guarded ? [...moves].find(([, to]) => to === path)?.[0] : undefined;
    return plain(from === undefined ? 'new' : 'moved');
  }
  if (now === null) return plain(moves.has(path) ? 'left' : 'removed');
  if (old.mode === '120000' || now.mode === '120000') return { is: 'edited', why: 'it is or was a link' };
  if (old.oid === now.oid) return plain('same');
  if (kind === 'source' || kind === 'harness' || kind === 'lock' || kind === 'manifest')
    return plain('edited');
  const [before, after] = [await with_.read(old), await with_.read(now)];
  if (kind === 'config') return configBecomes(path, before, after, with_);
  const result = relationOf(version(path, before), version(path, after));
  if (result.is !== 'edited') return plain(result.is);
  if (moves.size > 0 && (await isRenamed(with_, { old, now })).is !== 'edited') return plain('follows');
  return result;
}

/** Whether a file says, or grows from, what another one said, each name of a module taken for what it stands for. */
export async function isRenamed(
  { moves, inBase, inCandidate, read }: Omit<Comparing, 'installs'>,
  { old, now }: { readonly old: Entry; readonly now: Entry },
) {
  if (old.oid === now.oid && posix.dirname(old.path) === posix.dirname(now.path))
    return { is: 'same' as const };
  const renamed = new Map([...moves].map(([from, to]) => [fileName(from), fileName(to)]));
  const module = (from: BytePath, has: Has) => (specifier: string) => {
    const [path, part] = fileOfModule(fileName(from), specifier, has)?.split(':') ?? [];
    const stands = path === undefined ? undefined : (renamed.get(path) ?? path);
    return part === undefined ? stands : `${stands}:${part}`;
  };
  return relationOf(
    { ...version(old.path, await read(old)), module: module(old.path, inBase) },
    { ...version(now.path, await read(now)), module: module(now.path, inCandidate) },
  );
}

function configBecomes(path: BytePath, before: Buffer, after: Buffer, { installs }: Comparing) {
  if (saysTheSame(fileName(path), before, after)) return { is: 'same' as const, why: '' };
  const [old, now] = [before.toString('utf8'), after.toString('utf8')];
  const grows = targetsGrow(fileName(path), old, now) || (installs(path) && scriptGrows(old, now));
  return { is: grows ? ('grown' as const) : ('edited' as const), why: '' };
}

function version(path: BytePath, content: Buffer): Version {
  return { path: fileName(path), content };
}
