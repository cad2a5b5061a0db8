import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/project/templates.ts';

/** A program to play with. */
interface Product extends AsyncDisposable {
  readonly program: string | undefined;
}

/**
 * A copy of the built program with one thing wrong in it, which shows that the matrix can fail. `no-sync` is done by
 * the preload and needs no copy.
 *
 * effect-first: the run branch moves before the ledger says that the work lands.
 */
export async function damaged(how: string | undefined): Promise<Product> {
  if (how === undefined || how === 'no-sync')
    return { program: undefined, [Symbol.asyncDispose]: async () => undefined };
  if (how !== 'effect-first') throw new Error(`nothing is broken like that: ${how} (no-sync, effect-first)`);
  const folder = await mkdtemp(join(tmpdir(), 'agentloop-damaged-'));
  for (const part of ['bin', 'dist', 'templates', 'schema', 'package.json'])
    await cp(join(packageRoot(), part), join(folder, part), { recursive: true });
  let changed = 0;
  for (const name of await readdir(join(folder, 'dist/cli'))) {
    const file = join(folder, 'dist/cli', name);
    const text = await readFile(file, 'utf8');
    const at = text.indexOf('async function land(crew, work) {');
    const commit = /(commit(?:\$\d+)?) = await/.exec(text.slice(Math.max(0, at)))?.[1];
    if (at < 0 || commit === undefined) continue;
    const landing = text
      .slice(at)
      .replace(
        /await book\.record\(\{\s*type: "work\.landed"/,
        (found) => `await moveRunBranch(repo, crew.run, ${commit}), ${found}`,
      );
    const other = text.slice(0, at) + landing;
    if (other === text) continue;
    changed += 1;
    await writeFile(file, other);
  }
  if (changed !== 1) throw new Error(`the place to break was found ${changed} times`);
  return {
    program: join(folder, 'bin', 'agentloop.cjs'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
