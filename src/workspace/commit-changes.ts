import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userGit } from './push.ts';
import type { Repository } from './repository.ts';
import type { Commit } from './trees.ts';

/** One file of a commit against another. */
export interface FileChange {
  readonly path: string;
  /** Its name before, where it was moved. */
  readonly from?: string;
  readonly what: 'added' | 'changed' | 'removed' | 'moved';
  readonly added: number;
  readonly removed: number;
  /** The longest run of new lines: first and last. Known for the files that were asked for. */
  readonly lines?: readonly [number, number];
}

const patience = 30_000;
const mostBytes = 4 * 1024 * 1024;
// What was moved and rewritten is told as removed and added: that is the louder word.
const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '-M90%'] as const;

/**
 * What a commit changed, read in the vault or, where that does not have it, in the user's repository. `look`: files whose
 * lines are wanted. Undefined when neither has both commits.
 */
export async function commitChanges(
  repo: Repository,
  from: Commit,
  to: Commit,
  look: readonly string[] = [],
): Promise<readonly FileChange[] | undefined> {
  const told = await ask(repo, ['diff-tree', '-r', '-z', ...plain, '--raw', '--numstat', from, to]);
  if (told === undefined) return undefined;
  const changes = parsed(told.split('\0'));
  if (look.length === 0) return changes;
  const prefixes = ['--src-prefix=a/', '--dst-prefix=b/'];
  const patch = await ask(repo, [
    '-c',
    'core.quotePath=false',
    '--literal-pathspecs',
    'diff-tree',
    '-r',
    '-p',
    '-U0',
    ...plain,
    ...prefixes,
    from,
    to,
    '--',
    ...look,
  ]);
  const lines = longestRuns(patch ?? '');
  return changes.map((change) => {
    const own = lines.get(change.path);
    return own === undefined ? change : { ...change, lines: own };
  });
}

async function ask(repo: Repository, args: readonly string[]): Promise<string | undefined> {
  if (existsSync(join(repo.vault.dir, 'HEAD'))) {
    const { code, out } = await repo.vault.answer(args, { ok: [0, 128], cutAt: mostBytes });
    if (code === 0) return Buffer.from(out, 'latin1').toString('utf8');
  }
  const { code, stdout } = await userGit(repo, args, { timeoutMs: patience });
  return code === 0 ? stdout.toString('utf8') : undefined;
}

const words = { A: 'added', D: 'removed', R: 'moved' } as const;

/** Raw lines come first, in the order in which their figures follow. */
function parsed(fields: readonly string[]): readonly FileChange[] {
  const raw: Omit<FileChange, 'added' | 'removed'>[] = [];
  const figures: Pick<FileChange, 'added' | 'removed'>[] = [];
  for (let at = 0; at < fields.length; ) {
    const field = fields[at] ?? '';
    const status = /^:.* ([A-Z])\d*$/.exec(field)?.[1];
    if (status !== undefined) {
      const what = words[status as keyof typeof words] ?? 'changed';
      if (what === 'moved') raw.push({ what, from: fields[at + 1] ?? '', path: fields[at + 2] ?? '' });
      else raw.push({ what, path: fields[at + 1] ?? '' });
      at += what === 'moved' ? 3 : 2;
      continue;
    }
    const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(field) ?? [];
    if (added !== undefined) figures.push({ added: Number(added) || 0, removed: Number(removed) || 0 });
    at += added !== undefined && path === '' ? 3 : 1;
  }
  return raw.map((one, at) => ({ ...one, ...(figures[at] ?? { added: 0, removed: 0 }) }));
}

function longestRuns(patch: string): ReadonlyMap<string, readonly [number, number]> {
  const found = new Map<string, readonly [number, number]>();
  let path = '';
  for (const line of patch.split('\n')) {
    const file = /^\+\+\+ b\/(.*?)\t?$/.exec(line)?.[1];
    if (file !== undefined) path = file;
    const [, from, size = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (from === undefined || Number(size) === 0) continue;
    const [first, last] = found.get(path) ?? [0, -1];
    if (Number(size) > last - first + 1) found.set(path, [Number(from), Number(from) + Number(size) - 1]);
  }
  return found;
}
