import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TempRepo } from '../helpers/repo.ts';

/**
 * Everything of a person's repository that a run must leave byte for byte as it was: branches and tags, HEAD, index,
 * stash, config, hooks and every file of the working tree. Not in it: `.git/agentloop`, the refs of a run, and objects.
 */
export async function sightOf(repo: Pick<TempRepo, 'dir' | 'git'>): Promise<Record<string, string>> {
  const refs = await repo.git('for-each-ref', '--format=%(refname) %(objectname)');
  const own = refs.split('\n').filter((line) => !/^refs\/(heads\/agentloop\/|agentloop\/)/.test(line));
  const files = await hashes(repo.dir, '');
  const git = ['HEAD', 'index', 'config', 'description'].map(async (name) => [
    `.git/${name}`,
    await hashOf(join(repo.dir, '.git', name)),
  ]);
  return { refs: own.join('\n'), ...Object.fromEntries(await Promise.all(git)), ...files };
}

/** Leaves a staged change, an unstaged one, an untracked file and a stash behind, as a person in the middle of work does. */
export async function untidy(repo: TempRepo): Promise<void> {
  await repo.write({ 'README.md': 'stashed\n' });
  await repo.git('stash', '-q', '-u');
  await repo.write({ 'README.md': 'staged\n', 'new file': 'untracked\n', 'src/staged.js': '' });
  await repo.git('add', 'README.md', 'src/staged.js');
  await repo.write({ 'README.md': 'staged, then changed\n' });
}

/** Paths are told as Latin-1, so that a name of any bytes has one. */
async function hashes(top: string, folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const real = (path: string) => Buffer.concat([Buffer.from(`${top}/`), Buffer.from(path, 'latin1')]);
  for (const entry of await readdir(real(folder), { withFileTypes: true, encoding: 'buffer' })) {
    const path = join(folder, entry.name.toString('latin1'));
    if (path === '.git') continue;
    if (entry.isDirectory()) Object.assign(found, await hashes(top, path));
    else if (entry.isSymbolicLink()) found[path] = `link ${await readlink(real(path), 'latin1')}`;
    else found[path] = `${(await stat(real(path))).mode.toString(8)} ${await hashOf(real(path))}`;
  }
  return found;
}

async function hashOf(file: string | Buffer): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
