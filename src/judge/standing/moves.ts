import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import type { BytePath, Change } from '../../workspace/trees.ts';
import type { Kind } from '../protected.ts';

/** Where a file of the base stands in the candidate, by its old path. */
export type Moves = ReadonlyMap<BytePath, BytePath>;

/** What a pair must share at least: the part of its lines that stand in both. */
const leastAlike = 0.5;
/** More than this many files that came and went are no renames that a test could show. */
const mostFiles = 300;

/**
 * Pairs files that are gone with new ones of the same kind: first those that are equal, then those that are alike.
 * Lines that import something do not count: they change when a file is moved.
 */
export async function findMoves(
  changes: readonly Change[],
  kind: (path: BytePath) => Kind,
  read: (entry: { readonly oid: string }) => Promise<Buffer>,
): Promise<Moves> {
  const moves = new Map<BytePath, BytePath>();
  const group = (path: BytePath) => (kind(path) === 'test' || kind(path) === 'helper' ? 'tests' : kind(path));
  const movable = changes.filter(({ path }) => ['source', 'tests'].includes(group(path)));
  const gone = movable.flatMap(({ old, new: now }) =>
    old !== null && now === null && isFile(old) ? [old] : [],
  );
  const come = movable.flatMap(({ old, new: now }) =>
    old === null && now !== null && isFile(now) ? [now] : [],
  );
  if (gone.length === 0 || come.length === 0 || gone.length > mostFiles || come.length > mostFiles)
    return moves;
  const texts = new Map<string, readonly string[]>();
  const linesOf = async (entry: { readonly oid: string }) => {
    const known = texts.get(entry.oid) ?? significant(await read(entry));
    texts.set(entry.oid, known);
    return known;
  };
  const pairs: { from: BytePath; to: BytePath; alike: number }[] = [];
  for (const from of gone) {
    for (const to of come) {
      if (group(from.path) !== group(to.path) || ending(from.path) !== ending(to.path)) continue;
      const same = from.oid === to.oid ? 2 : alikeness(await linesOf(from), await linesOf(to));
      const name = posix.basename(from.path) === posix.basename(to.path) ? 0.25 : 0;
      if (same >= leastAlike) pairs.push({ from: from.path, to: to.path, alike: same + name });
    }
  }
  const taken = new Set<BytePath>();
  for (const { from, to } of pairs.sort((a, b) => b.alike - a.alike)) {
    if (moves.has(from) || taken.has(to)) continue;
    moves.set(from, to);
    taken.add(to);
  }
  return moves;
}

function isFile({ mode }: { readonly mode: string }): boolean {
  return mode === '100644' || mode === '100755';
}

/** A script may be written anew in another dialect when it is moved. */
function ending(path: BytePath): string {
  return posix.extname(path).replace(/^\.[cm]?[jt]sx?$/, '.js');
}

function significant(content: Buffer): readonly string[] {
  if (!isUtf8(content) || content.length > 1_000_000) return [];
  const lines = content
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim().replace(/;$/, ''))
    .filter((line) => line !== '' && !/^[{}()[\]]*$/.test(line));
  const own = lines.filter((line) => !/^(import|from)\b|\brequire\(|\bimport\(/.test(line));
  return own.length > 0 ? own : lines;
}

function alikeness(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 || other.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const line of one) counts.set(line, (counts.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of other) {
    const left = counts.get(line) ?? 0;
    if (left > 0) shared += 1;
    counts.set(line, left - 1);
  }
  return shared / Math.max(one.length, other.length);
}
