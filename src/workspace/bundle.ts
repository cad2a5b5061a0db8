import { open, rename, rm } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { userGit } from './push.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

/** What the head of a git bundle says. */
export interface BundleHead {
  /** Commits that must be there already. */
  readonly needs: readonly Commit[];
  readonly refs: ReadonlyMap<string, Commit>;
}

/** Longest head that is read, in bytes: some thousand refs. */
const headCap = 1024 * 1024;
const patience = 300_000;

/** Reads the head of a bundle; undefined for a file that is none, or is not there. */
export async function readBundleHead(file: string): Promise<BundleHead | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const bytes = Buffer.alloc(headCap);
    const { bytesRead } = await handle.read(bytes, 0, headCap, 0).catch(() => ({ bytesRead: 0 }));
    const text = bytes.subarray(0, bytesRead).toString('latin1');
    const end = text.indexOf('\n\n');
    const [first = '', ...lines] = text.slice(0, Math.max(0, end)).split('\n');
    if (!/^# v[23] git bundle$/.test(first)) return undefined;
    const needs = lines.flatMap((line) => /^-([0-9a-f]{40,64})/.exec(line)?.[1] ?? []);
    const refs = lines.flatMap((line) => {
      const [, commit, ref] = /^([0-9a-f]{40,64}) (.+)$/.exec(line) ?? [];
      return commit === undefined || ref === undefined ? [] : [[ref, commit] as const];
    });
    return { needs, refs: new Map(refs) };
  } finally {
    await handle.close();
  }
}

/**
 * Writes refs of the user's repository into a git bundle, without what `without` reaches: whoever opens it must have that.
 * Whole or not at all. UserError with git's words when it cannot be made.
 */
export async function writeBundle(
  repo: Repository,
  file: string,
  { refs, without }: { readonly refs: readonly string[]; readonly without: Commit },
): Promise<void> {
  const part = `${file}.part`;
  const args = ['bundle', 'create', '--quiet', part, ...refs, `^${without}`];
  const { code, stderr, trouble } = await userGit(repo, args, { timeoutMs: patience });
  if (code !== 0) {
    await rm(part, { force: true });
    const said = trouble ?? stderr.toString('utf8').trim();
    throw new UserError(
      `The bundle ${file} could not be made: ${said.slice(0, 500)}`,
      'agentloop bundle --out <file>',
    );
  }
  await rename(part, file);
}
