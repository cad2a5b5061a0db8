import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BugError, codeOf } from '../errors.ts';
import type { Git } from './git.ts';
import type { Commit } from './trees.ts';

/** Where a base stands in the shelf once it was brought in. */
export function baseRef(commit: Commit): string {
  return `refs/agentloop/bases/${commit}`;
}

/** Where the run branch stands in vault and shelf, whatever it is called in the user's repository. */
export function runRef(run: string): string {
  return `refs/heads/agentloop/${run}`;
}

/** Where the unfinished work of a session stands in the vault and in the user's repository. Without a number: of all. */
export function sessionRef(run: string, session: number | '' | '*'): string {
  return `refs/agentloop/${run}/sessions/${session}`;
}

/** Where the copy of a run's ledger stands, in the vault, in the user's repository and on a remote. */
export function ledgerRef(run: string): string {
  return `refs/agentloop/${run}/ledger`;
}

/** Where the records of a run (the files of its evidence) stand in a bundle, and nowhere for long. */
export function recordsRef(run: string): string {
  return `refs/agentloop/${run}/records`;
}

/** Where the evidence of a run stands, in the user's repository and on a remote. */
export function evidenceRef(run: string): string {
  return `refs/agentloop/evidence/${run}`;
}

/** What a ref of one of our repositories points at; undefined when there is none. A process only for packed refs. */
export async function readRef(git: Git, ref: string): Promise<Commit | undefined> {
  try {
    const text = readFileSync(join(git.dir, ref), 'latin1').trim();
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text)) return text;
    throw new BugError(`${join(git.dir, ref)} holds no object id`);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '')) throw error;
  }
  if (!existsSync(join(git.dir, 'packed-refs'))) return undefined;
  const { code, out } = await git.answer(['rev-parse', '--verify', '--quiet', ref], { ok: [0, 1] });
  return code === 0 ? out.trim() : undefined;
}

/** The refs right below a prefix that ends in a slash, with what they point at. */
export async function readRefs(git: Git, prefix: string): Promise<ReadonlyMap<string, Commit>> {
  const found = new Map<string, Commit>();
  if (existsSync(join(git.dir, 'packed-refs'))) {
    const out = await git.run(['for-each-ref', '--format=%(objectname) %(refname)', prefix]);
    for (const line of out.split('\n').filter(Boolean)) {
      const [commit, ref] = line.split(' ') as [string, string];
      found.set(ref, commit);
    }
    return found;
  }
  if (!existsSync(join(git.dir, prefix))) return found;
  for (const name of readdirSync(join(git.dir, prefix))) {
    if (name.endsWith('.lock')) continue;
    const commit = await readRef(git, prefix + name);
    if (commit !== undefined) found.set(prefix + name, commit);
  }
  return found;
}

/**
 * Moves a ref from what it must be now (`from`, undefined: it must not exist) to `to` (null: removes it), then reads it
 * again. BugError when it was something else, or is not what it should be.
 */
export async function setRef(
  git: Git,
  ref: string,
  to: Commit | null,
  from: Commit | undefined,
): Promise<void> {
  const known = to ?? from;
  if (known === undefined) throw new BugError(`nothing to do with ${ref}`);
  if (to === from && (await readRef(git, ref)) === from) return;
  dropLocks(git, [ref, 'packed-refs']);
  const before = from ?? '0'.repeat(known.length);
  await git.run(to === null ? ['update-ref', '-d', ref, before] : ['update-ref', ref, to, before]);
  const now = await readRef(git, ref);
  if (now !== (to ?? undefined)) throw new BugError(`${ref} in ${git.dir} is ${now} and should be ${to}`);
}

/**
 * Writes a ref that nobody relies on: it only keeps objects from being taken for garbage. Costs no process and no sync;
 * what a power cut left of it is written again with the next call.
 */
export function noteRef(git: Git, ref: string, to: Commit): void {
  const file = join(git.dir, ref);
  if (existsSync(file) && readFileSync(file, 'latin1') === `${to}\n`) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.lock`, `${to}\n`);
  renameSync(`${file}.lock`, file);
}

/**
 * Removes locks that a killed git left on our own files. Only one process of ours writes a repository at a time
 * (the repository's lock), and it waits for each git it starts: a lock that is there now has no owner.
 */
export function dropLocks(git: Git, files: readonly string[]): void {
  for (const file of files) rmSync(join(git.dir, `${file}.lock`), { force: true });
}
