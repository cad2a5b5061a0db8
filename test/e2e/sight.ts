import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TempRepo } from '../helpers/repo.ts';

/**
 * Everything of a person's repository that a run must leave byte for byte as it was: branches and tags, HEAD, index,
 * stash, config, hooks and every file of the working tree. Not in it: `.git/agentloop`, the refs of a run, and objects.
 */
export async function sightOf(repo: TempRepo): Promise<Record<string, string>> {
  const refs = await repo.git('for-each-ref', '--format=%(refname) %(objectname)');
  const own = refs.split('\n').filter((line) => !/^refs\/(heads\/agentloop\/|agentloop\/)/.test(line));
  const files = await hashes(repo.dir, '');
  const git = ['HEAD', 'index', 'config', 'description'].map(async (name) => [`.git/${name}`, await hashOf(join(repo.dir, '.git', name))]);
  return { refs: own.join('\n'), ...Object.fromEntries(await Promise.all(git)), ...files };
}

async function hashes(top: string, folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(join(top, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (path === '.git') continue;
    if (entry.isDirectory()) Object.assign(found, await hashes(top, path));
    else if (entry.isSymbolicLink()) found[path] = `link ${await readlink(join(top, path))}`;
    else found[path] = `${(await stat(join(top, path))).mode.toString(8)} ${await hashOf(join(top, path))}`;
  }
  return found;
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256').update(await readFile(file)).digest('hex');
}
