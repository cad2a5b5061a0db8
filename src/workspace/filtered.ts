import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBare } from './bare-repository.ts';
import { Git } from './git.ts';
import { shadowOf } from './ignored.ts';
import type { Repository } from './repository.ts';
import type { BytePath, Tree } from './trees.ts';

/** Asks which of these paths go through a filter of git by the attributes of a tree; gives its name by path. */
export type AskFiltered = (paths: readonly BytePath[]) => Promise<ReadonlyMap<BytePath, string>>;

const rule = /^[^#\n]*?[ \t]filter=[^ \t\r\n]+/m;

/**
 * The filters a tree asks for, and no others: what a brain made of `.gitattributes` decides nothing. Git answers from a
 * shadow folder, in a repository whose attributes nobody overrides; it looks names up and runs no filter. Undefined, and
 * no process, where no rule names a filter.
 */
export async function filterRules(repo: Repository, tree: Tree): Promise<AskFiltered | undefined> {
  const files = (await repo.trees.list(tree)).filter(({ path }) => /(^|\/)\.gitattributes$/.test(path));
  const texts = await repo.trees.blobs(files.map(({ oid }) => oid));
  if (![...texts.values()].some((text) => rule.test(text.toString('latin1')))) return undefined;
  await repo.nodes.load(tree);
  const shadow = await shadowOf(repo, tree, '.gitattributes');
  if (shadow === undefined) return undefined;
  const git = new Git(join(repo.stateDir, 'attributes.git'), {
    cwd: repo.stateDir,
    path: repo.userEnv['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  });
  ensureBare(git.dir, {
    format: repo.objects.format,
    more: (dir) => writeFileSync(join(dir, 'info/attributes'), ''),
  });
  return async (paths) => {
    if (paths.length === 0) return new Map();
    const input = paths.map((path) => `${path}\0`).join('');
    const out = await git.run(['check-attr', '--stdin', '-z', 'filter'], { workTree: shadow, input });
    const parts = out.split('\0');
    const found = new Map<BytePath, string>();
    for (let at = 0; at + 2 < parts.length; at += 3) {
      const [path = '', , value = ''] = parts.slice(at, at + 3);
      if (value !== 'unspecified' && value !== 'unset' && value !== 'set') found.set(path, value);
    }
    return found;
  };
}
