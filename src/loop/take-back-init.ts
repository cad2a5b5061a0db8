import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fold } from '../ledger/fold.ts';
import { readLedger } from '../ledger/read.ts';
import { files, harnessFiles } from '../project/feature.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Commit, Tree } from '../workspace/trees.ts';
import { killedInits } from './end-killed-inits.ts';
import { runDirOf } from './run-dir.ts';

/**
 * Takes files out of the user's working tree that an `init` had written there when it was killed, before it could commit
 * them: they are known by the plan it was about to commit, whole or cut short. What they replaced comes back. Gives
 * their paths. The lock must be ours.
 */
export async function takeBackKilledInits(repo: Repository): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const run of await killedInits(repo)) {
    const { events } = await readLedger(join(runDirOf(repo, run), 'events.jsonl'));
    const ruled = events.findLast((event) => event.type === 'judge.ruled' && event.scope === 'init');
    const base = fold(events)?.base;
    if (ruled?.type !== 'judge.ruled' || ruled.ruling !== 'accepted' || base === undefined) continue;
    const head = await repo.user.resolve('HEAD');
    if (head === undefined || head === base) taken.push(...(await takeBack(repo, base, ruled.tree)));
  }
  if (taken.length > 0) await repo.user.unstage(taken);
  return taken;
}

async function takeBack(repo: Repository, base: Commit, plan: Tree): Promise<string[]> {
  if (!(await repo.trees.has(plan))) return [];
  const taken: string[] = [];
  for (const path of harnessFiles) {
    const [was, wanted] = [await repo.trees.read(base, path), await repo.trees.read(plan, path)];
    const file = join(repo.top, path);
    const there = await readFile(file).catch(() => undefined);
    if (!wanted || !there || was?.equals(wanted) || was?.equals(there)) continue;
    // `init` begins only where nothing of a person's would get lost: the beginning of the plan is ours too.
    if (!wanted.subarray(0, there.length).equals(there)) continue;
    if (was === undefined) await rm(file);
    else {
      await writeFile(file, was);
      await chmod(file, path === files.init ? 0o755 : 0o644);
    }
    taken.push(path);
  }
  return taken;
}
