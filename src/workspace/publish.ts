import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRefs, runRef, sessionRef } from './refs.ts';
import type { Repository } from './repository.ts';
import { runBranch } from './run-branch.ts';
import type { Commit } from './trees.ts';
import type { UserRef } from './user-repository.ts';

/** What came of publishing: `held` says, in a sentence for people, why the branch was not moved. */
interface Published {
  readonly held?: string;
}

interface Publishing {
  readonly run: string;
  /** Name of the branch in the user's repository, without `refs/heads/`. */
  readonly branch: string;
  /** What was last published there, as far as the ledger knows. */
  readonly last?: Commit;
  /** Why it was held the last time. */
  readonly heldBefore?: string;
}

/**
 * Brings the run branch and the unfinished work of its sessions into the user's repository. The branch is never forced
 * and never moved under somebody's feet: checked out anywhere, or moved by a person, it is held, and the sessions still
 * go. Safe to repeat; does nothing when all is there. UserError only when git cannot read the user's repository.
 */
export async function publish(repo: Repository, publishing: Publishing): Promise<Published> {
  const { run, branch, last, heldBefore } = publishing;
  const target = `refs/heads/${branch}`;
  const tip = await runBranch(repo, run);
  const ours = await readRefs(repo.vault, sessionRef(run, ''));
  const theirs = await repo.user.refs(target, sessionRef(run, ''));
  const known = new Map(theirs.map((one) => [one.ref, one]));
  const wanted = [...ours]
    .filter(([ref, commit]) => known.get(ref)?.commit !== commit)
    .map(([ref]) => `+${ref}:${ref}`);
  const there = known.get(target);
  const moves = tip !== undefined && there?.commit !== tip;
  const held = moves ? await whyHeld(repo, branch, { tip, there, last, heldBefore }) : undefined;
  if (moves && held === undefined) wanted.push(`${runRef(run)}:${target}`);
  if (wanted.length > 0) {
    const said = await repo.user.fetchFrom(repo.vault.dir, wanted);
    if (said !== undefined) return { held: held ?? `git did not take ${branch}: ${complaint(said)}` };
  }
  if (held !== undefined) return { held };
  if (!moves || (await standsAt(repo, target)) === tip) return {};
  return { held: `${branch} is not where it was put a moment ago; see: git log ${branch}` };
}

/** Where a ref of the user's stands now: read from its file where it is one, else asked of git. */
async function standsAt(repo: Repository, ref: string): Promise<Commit | undefined> {
  try {
    const text = readFileSync(join(repo.commonDir, ref), 'latin1').trim();
    if (/^[0-9a-f]{40,64}$/.test(text)) return text;
  } catch {
    // Packed, or kept in another way: git knows.
  }
  return repo.user.resolve(ref);
}

interface Standing {
  readonly tip: Commit;
  readonly there: UserRef | undefined;
  readonly last: Commit | undefined;
  readonly heldBefore: string | undefined;
}

async function whyHeld(
  repo: Repository,
  branch: string,
  { tip, there, last, heldBefore }: Standing,
): Promise<string | undefined> {
  if (!there) {
    // Where it was moved we advise to put it aside: then it may be made anew.
    if (last === undefined || / was moved by /.test(heldBefore ?? '')) return undefined;
    return `${branch} was deleted by somebody; the run goes on at ${tip.slice(0, 12)} without it. To have it published again: git branch ${branch} ${last.slice(0, 12)}`;
  }
  if (there.checkedOutIn) {
    return `${branch} is checked out in ${there.checkedOutIn}; it follows once another branch is checked out there.`;
  }
  if (there.commit === last) return undefined;
  const behind = await isAncestor(repo, there.commit, tip);
  // Set back to an older commit: going forward again would undo what a person did.
  const setBack = behind && last !== undefined && !(await isAncestor(repo, last, there.commit));
  if (behind && !setBack) return undefined;
  return `${branch} was moved by somebody to ${there.commit.slice(0, 12)}; the run goes on at ${tip.slice(0, 12)} without it. To have it published again: git branch -m ${branch} ${branch}-mine`;
}

/** Asked in the vault: what it does not know is no ancestor of anything of ours. */
async function isAncestor(repo: Repository, ancestor: Commit, of: Commit): Promise<boolean> {
  return (
    (await repo.vault.answer(['merge-base', '--is-ancestor', ancestor, of], { ok: [0, 1, 128] })).code === 0
  );
}

/** What git complains of, without its advice. */
function complaint(said: string): string {
  const lines = said.split('\n').filter((line) => /^(error|fatal|warning): |^ ! /.test(line));
  const words = (lines.length > 0 ? lines : said.split('\n')).slice(0, 3).join(' ').slice(0, 500).trim();
  const lock = /Unable to create '([^'\n]+\.lock)': File exists/.exec(said)?.[1];
  return lock === undefined ? words : `${words} When no git works there: rm '${lock}'`;
}
