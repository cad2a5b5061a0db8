import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { codeOf, messageOf, UserError } from '../errors.ts';
import { ensureBare, type ObjectFormat } from './bare-repository.ts';
import { CleanFolders } from './clean-folders.ts';
import { findRepository } from './find-repository.ts';
import { type Env, Git } from './git.ts';
import { Objects } from './objects.ts';
import { TreeNodes } from './tree-nodes.ts';
import type { Trees } from './trees.ts';
import { type UserRepository, userRepository } from './user-repository.ts';
import { vaultTrees } from './vault-trees.ts';

/** The user's repository and what is ours beside it. */
export interface Repository {
  /** Top of the user's working tree, without symlinks. */
  readonly top: string;
  /** The user's git dir, the same for all linked worktrees. */
  readonly commonDir: string;
  /** `<commonDir>/agentloop`, mode 0700: ledgers, vault, shelf, lock. */
  readonly stateDir: string;
  /** Where checkouts of this repository stand; may be deleted at any time. */
  readonly cacheDir: string;
  /** Who has which block of ports: one folder for all repositories of a user. */
  readonly portsDir: string;
  /** Private: snapshots, candidates, the run branches. Borrows the shelf's objects. */
  readonly vault: Git;
  /** The run branch's history and nothing else, lent to workspaces read-only. */
  readonly shelf: Git;
  readonly objects: Objects;
  readonly nodes: TreeNodes;
  readonly trees: Trees;
  readonly clean: CleanFolders;
  readonly user: UserRepository;
  /** The user's environment, for git calls that act for the user. */
  readonly userEnv: Env;
  /** Makes folders, vault and shelf where they are missing. Everything that writes needs it first. */
  ensure(): Promise<void>;
}

export interface RepositoryOptions {
  /** Folder for the checkouts of all repositories; default `$XDG_CACHE_HOME/agentloop`, else `~/.cache/agentloop`. */
  readonly cacheDir?: string;
  /** The user's environment; default that of this process. */
  readonly env?: Env;
}

/**
 * Finds the repository that `cwd` stands in: a subfolder, a linked worktree, a detached HEAD, a shallow clone and one
 * without commits will do. Writes nothing. UserError (cannot-start) when there is none that we can work with.
 */
export async function openRepository(cwd: string, options: RepositoryOptions = {}): Promise<Repository> {
  const env = options.env ?? process.env;
  const { top, commonDir, format } = await findRepository(cwd, env);
  const stateDir = join(commonDir, 'agentloop');
  const cacheDir = join(cacheRoot(options.cacheDir, env, top), keyOf(commonDir));
  const ours = { cwd: stateDir, path: env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' };
  const vault = new Git(join(stateDir, 'vault.git'), ours);
  const shelf = new Git(join(stateDir, 'shelf.git'), ours);
  const objects = new Objects(vault, shelf, format);
  const nodes = new TreeNodes(vault, objects);
  const ensure = async () => ensureOurs({ stateDir, cacheDir, vault, shelf, format });
  const trees = vaultTrees(vault, objects, nodes);
  const user = userRepository(top, env);
  return {
    top,
    commonDir,
    stateDir,
    cacheDir,
    portsDir: join(realOf(defaultRoot(env)), 'ports'),
    vault,
    shelf,
    objects,
    nodes,
    trees,
    clean: new CleanFolders(),
    user,
    userEnv: env,
    ensure,
  };
}

/** Checkouts stand outside of the repository: inside they would find the user's node_modules on their way up. */
function cacheRoot(asked: string | undefined, env: Env, top: string): string {
  const real = realOf(resolve(asked ?? defaultRoot(env)));
  if (!`${real}${sep}`.startsWith(`${top}${sep}`)) return real;
  throw new UserError(
    `The cache folder ${real} lies inside the repository ${top}.`,
    'Set workspace.cacheDir (or XDG_CACHE_HOME) to a folder outside of it.',
    'cannot-start',
  );
}

function defaultRoot(env: Env): string {
  const home = env['HOME'] || homedir();
  return resolve(join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'agentloop'));
}

/** The path without symlinks, also where its last parts do not exist yet. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return join(realOf(dirname(path)), basename(path));
  }
}

/** One folder per repository: its name for people, a hash for us. */
function keyOf(commonDir: string): string {
  const own = basename(commonDir) === '.git' ? basename(dirname(commonDir)) : basename(commonDir);
  const name = own.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 40);
  return `${name}-${createHash('sha256').update(commonDir).digest('hex').slice(0, 12)}`;
}

function ensureOurs(ours: {
  stateDir: string;
  cacheDir: string;
  vault: Git;
  shelf: Git;
  format: ObjectFormat;
}): void {
  const { stateDir, cacheDir, vault, shelf, format } = ours;
  try {
    for (const folder of [stateDir, cacheDir]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(stateDir, 0o700);
    ensureBare(shelf.dir, { format });
    ensureBare(vault.dir, {
      format,
      // Relative, so that the user may move the repository.
      borrows: '../../shelf.git/objects',
      // The vault ends where the shelf ends; a link that leads nowhere means "not shallow".
      more: (dir) => symlinkSync('../shelf.git/shallow', join(dir, 'shallow')),
    });
  } catch (error) {
    throw new UserError(
      `agentloop cannot write its folders: ${messageOf(error)}.`,
      `See that you may write in ${dirname(stateDir)} and ${dirname(cacheDir)}.`,
      'cannot-start',
    );
  }
}
