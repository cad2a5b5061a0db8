import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeHalves } from './halves.ts';
import { hostPath } from './host-path.ts';
import type { Repository } from './repository.ts';
import type { BytePath, Tree } from './trees.ts';

/** Asks which of these paths the ignore rules of a tree leave out. A path that ends in a slash is a folder. */
export type AskIgnored = (paths: readonly BytePath[]) => Promise<ReadonlySet<BytePath>>;

/**
 * The ignore rules of a tree, and of nothing else: a `.gitignore` that a brain wrote or changed decides nothing. Git
 * answers, with a shadow folder as its work tree in which only the tree's own `.gitignore` files stand.
 */
export async function ignoreRules(repo: Repository, tree: Tree): Promise<AskIgnored> {
  await repo.nodes.load(tree);
  const shadow = await shadowOf(repo, tree, '.gitignore');
  if (shadow === undefined) return async () => new Set();
  return async (paths) => {
    if (paths.length === 0) return new Set();
    // "./" keeps git from reading a leading ":" as pathspec magic.
    const input = paths.map((path) => `./${path}\0`).join('');
    const args = ['check-ignore', '--no-index', '--stdin', '-z'];
    const { out } = await repo.vault.answer(args, { workTree: shadow, input, ok: [0, 1] });
    const ignored = out.split('\0').filter(Boolean);
    return new Set(ignored.map((path) => path.slice(2)));
  };
}

interface Rules {
  readonly path: BytePath;
  readonly oid: string;
}

function* rulesIn(repo: Repository, tree: Tree, file: string, prefix: BytePath): Generator<Rules> {
  for (const [name, { mode, oid }] of repo.nodes.node(tree)) {
    if (mode === '40000') yield* rulesIn(repo, oid, file, `${prefix}${name}/`);
    // Git does not follow a link here.
    else if (name === file && mode.startsWith('100')) yield { path: prefix + name, oid };
  }
}

/**
 * A folder in which only the files of this name of a loaded tree stand, for git to read rules from; undefined where there
 * are none. Made once for the same rules; appears whole.
 */
export async function shadowOf(
  repo: Repository,
  tree: Tree,
  file: '.gitignore' | '.gitattributes',
): Promise<string | undefined> {
  const rules = [...rulesIn(repo, tree, file, '')];
  if (rules.length === 0) return undefined;
  const key = createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 32);
  const folder = join(repo.stateDir, 'ignore-rules', key);
  if (existsSync(folder)) return folder;
  const contents = await repo.objects.getAll(rules.map(({ oid }) => oid));
  const half = `${folder}.new-${process.pid}`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  removeHalves(dirname(folder), /\.new-(\d+)$/);
  for (const { path, oid } of rules) {
    const slash = path.lastIndexOf('/');
    if (slash > 0) mkdirSync(hostPath(half, path.slice(0, slash)), { recursive: true });
    writeFileSync(hostPath(half, path), contents.get(oid)?.body ?? '');
  }
  try {
    renameSync(half, folder);
  } catch (error) {
    // Another process of ours was faster.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
