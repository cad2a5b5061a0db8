import { isUtf8 } from 'node:buffer';
import { type FindSecrets, type FoundSecret, secretFinder } from '../policy/find-secrets.ts';
import { type BytePath, type Change, shown, type Trees } from '../workspace/trees.ts';
import type { JudgeDeps } from './deps.ts';
import type { Candidate } from './judge.ts';

/** A secret that the work would bring into the history. */
export interface SecretSeen {
  readonly path: BytePath;
  /** Where it stands, in words for people: "src/a.js:12", or that it is the name itself. */
  readonly where: string;
  readonly what: string;
}

/** Files that are read at once; bytes of one that is searched; bytes of the base that are searched for what was found. */
const batch = 100;
const mostBytes = 32 * 1024 * 1024;
const mostOfBase = 256 * 1024 * 1024;
const mostSeen = 50;

type Suspect = SecretSeen & { readonly value: string };

/**
 * Looks into everything that the work adds or changes. What the base holds already, in whichever file, was let in by
 * people: a line that moved, a fixture that was copied.
 */
export async function seeSecrets(
  { trees, findSecrets = secretFinder([]) }: Pick<JudgeDeps, 'trees' | 'findSecrets'>,
  { baseTree }: Pick<Candidate, 'baseTree'>,
  changes: readonly Change[],
): Promise<readonly SecretSeen[]> {
  const suspects: Suspect[] = [];
  const looked = changes.filter(
    ({ old, new: now }) => now !== null && now.mode !== '160000' && now.oid !== old?.oid,
  );
  for (let from = 0; from < looked.length && suspects.length < mostSeen; from += batch) {
    const some = looked.slice(from, from + batch);
    const blobs = await trees.blobs(
      some.flatMap(({ old, new: now }) => [now?.oid ?? '', old?.oid ?? now?.oid ?? '']),
    );
    for (const { path, old, new: now } of some) {
      if (old === null) suspects.push(...inName(path, findSecrets));
      const blob = blobs.get(now?.oid ?? '');
      if (blob === undefined || blob.length > mostBytes) continue;
      const found = findSecrets(textOf(blob));
      if (found.length === 0) continue;
      const before = old === null ? '' : textOf(blobs.get(old.oid) ?? Buffer.alloc(0));
      suspects.push(...found.filter(({ value }) => !before.includes(value)).map((one) => inFile(path, one)));
    }
  }
  const known = suspects.length === 0 ? new Set() : await heldBy(trees, baseTree, suspects);
  return suspects
    .filter(({ value }) => !known.has(value))
    .slice(0, mostSeen)
    .map(({ path, where, what }) => ({ path, where, what }));
}

function inFile(path: BytePath, { line, what, value }: FoundSecret): Suspect {
  return { path, where: `${shown(path)}:${line}`, what, value };
}

function inName(path: BytePath, find: FindSecrets): Suspect[] {
  const name = Buffer.from(path, 'latin1').toString('utf8');
  return find(name).map(({ what, value }) => ({
    path,
    where: `the name of a file (${JSON.stringify(name.replaceAll(value, '[...]')).slice(1, -1)})`,
    what,
    value,
  }));
}

/** Bytes as a text in which forms of secrets can be found: also where each second byte is zero (UTF-16). */
function textOf(blob: Buffer): string {
  const text = isUtf8(blob) ? blob.toString('utf8') : blob.toString('latin1');
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** Which of these values stand somewhere on the base. Asked only when something was found. */
async function heldBy(trees: Trees, baseTree: string, suspects: readonly Suspect[]): Promise<Set<string>> {
  const held = new Set<string>();
  const wanted = new Set(suspects.map(({ value }) => value));
  const files = (await trees.list(baseTree)).filter(({ mode }) => mode !== '160000');
  let bytes = 0;
  for (let from = 0; from < files.length && bytes < mostOfBase && held.size < wanted.size; from += batch) {
    for (const blob of (await trees.blobs(files.slice(from, from + batch).map(({ oid }) => oid))).values()) {
      bytes += blob.length;
      if (blob.length > mostBytes) continue;
      const text = textOf(blob);
      for (const value of wanted) if (!held.has(value) && text.includes(value)) held.add(value);
    }
  }
  return held;
}
