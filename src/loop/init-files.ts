import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brainWord } from '../brain/brain-word.ts';
import { UserError } from '../errors.ts';
import { files } from '../project/feature.ts';
import { textOf } from '../project/json-text.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Commit, Tree } from '../workspace/trees.ts';
import type { Crew } from './crew.ts';
import type { Proposal } from './init-proposal.ts';

const own = [files.featureList, files.init, files.agents, files.config];

/**
 * Texts of the harness files that are there already. UserError when there is a plan and nobody said `--force`, and
 * when one is not UTF-8: written anew it would not be what a person wrote.
 */
export async function existingFiles(repo: Repository, force: boolean): Promise<Proposal> {
  const found = new Map<string, string>();
  for (const path of own) {
    const file = join(repo.top, path);
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes !== undefined) found.set(path, textOf(bytes, file));
  }
  if (found.has(files.featureList) && !force) {
    throw new UserError(
      `There is a ${files.featureList} in ${repo.top} already.`,
      'agentloop run   (works on it)\nagentloop init --force …   (replaces it, and shows the difference)',
    );
  }
  return found;
}

/** UserError when a file that `init` may write is not as in the last commit: nothing of it may get lost. */
export async function refuseDirty(repo: Repository): Promise<void> {
  const dirty = await repo.user.statusOf(own);
  if (dirty.length === 0) return;
  const one = dirty.length === 1;
  throw new UserError(
    `${dirty.join(', ')} in ${repo.top} ${one ? 'is' : 'are'} not as in the last commit, and init would write ${one ? 'it' : 'them'}.`,
    `git add ${dirty.join(' ')} && git commit   (or git stash -u), then again`,
  );
}

/** The tree that `init` is about to commit, for the judge: the base with these files. */
export async function treeWith(crew: Crew, base: Commit, proposal: Proposal): Promise<Tree> {
  const { trees } = crew.repo;
  const entries = await Promise.all(
    [...proposal].map(async ([path, text]) => ({ path, mode: modeOf(path), oid: await trees.write(text) })),
  );
  return trees.overlay(await trees.treeOf(base), entries);
}

/**
 * Writes the files into the user's working tree and commits just them. Gives the differences to what was replaced.
 * A commit that git or a hook refuses is a UserError, and the files are as they were.
 */
export async function commitProposal(
  crew: Crew,
  proposal: Proposal,
  existing: Proposal,
): Promise<{ commit: Commit; paths: readonly string[]; notes: readonly string[] }> {
  const { repo } = crew;
  const changed = [...proposal].filter(([path, text]) => existing.get(path) !== text);
  const notes: string[] = [];
  for (const [path] of changed.filter(([path]) => existing.has(path))) {
    const pick = (from: Proposal) => new Map([[path, from.get(path) ?? '']]);
    const before = await treeWith(crew, crew.book.state.base, pick(existing));
    const after = await treeWith(crew, crew.book.state.base, pick(proposal));
    notes.push(`${path} was there already; this changed:\n${await repo.trees.diff(before, after, 8000)}`);
  }
  const paths = changed.map(([path]) => path);
  const putBack = await remembered(repo, paths);
  try {
    for (const [path, text] of changed) {
      const file = join(repo.top, path);
      await writeFile(file, text);
      if (modeOf(path) === '100755') await chmod(file, 0o755);
    }
    const commit = await repo.user.commitFiles(paths, initMessage(crew));
    return { commit, paths, notes };
  } catch (error) {
    await putBack();
    throw error;
  }
}

/** Remembers files of the working tree as they are, missing ones too; gives the way back. */
async function remembered(repo: Repository, paths: readonly string[]): Promise<() => Promise<void>> {
  const before = await Promise.all(
    paths.map(async (path) => {
      const file = join(repo.top, path);
      const found = await stat(file).catch(() => undefined);
      return { file, ...(found ? { was: { bytes: await readFile(file), mode: found.mode & 0o777 } } : {}) };
    }),
  );
  return async () => {
    for (const { file, was } of before) {
      if (!was) await rm(file, { force: true });
      else {
        await writeFile(file, was.bytes);
        await chmod(file, was.mode);
      }
    }
  };
}

function modeOf(path: string): '100644' | '100755' {
  return path === files.init ? '100755' : '100644';
}

function initMessage(crew: Crew): string {
  const assisted =
    crew.brain.name === 'none'
      ? ''
      : `Assisted-by: agentloop:${crew.brain.model ?? brainWord(crew.brain.name)}\n`;
  return `agentloop: the plan\n\nfeature-list.json says when it is done, init.sh and agentloop.config.json how it is checked.\n\nAgentloop-Run: ${crew.run}\n${assisted}`;
}
