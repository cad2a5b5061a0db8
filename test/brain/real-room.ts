import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFence } from '../../src/workspace/fence.ts';
import { openWorkspace } from '../../src/workspace/open-workspace.ts';
import { openRepository } from '../../src/workspace/repository.ts';
import { bringIn } from '../../src/workspace/vault.ts';
import type { FenceMode } from '../../src/workspace/workspace.ts';
import { tempRepo } from '../helpers/repo.ts';
import type { Room } from './conformance.ts';

export interface RealRoom extends Room {
  /** The user's repository, which no workspace can see behind a fence. */
  readonly top: string;
  /** HOME of the user, likewise; empty. */
  readonly home: string;
  close(): Promise<void>;
}

/** A room of real workspaces, all of one small repository. Undefined where this machine has no such fence. */
export async function realRoom(mode: FenceMode): Promise<RealRoom | undefined> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'real-room-')));
  const repo = await tempRepo({ 'README.md': 'hello\n' });
  const close = async (): Promise<void> => {
    await repo.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const cacheDir = join(folder, 'cache');
  const home = join(folder, 'home');
  await mkdir(home);
  const repository = await openRepository(repo.dir, { cacheDir });
  const base = await repo.git('rev-parse', 'HEAD');
  await bringIn(repository, base);
  const fence = await findFence({
    mode: mode === 'none' ? 'none' : 'auto',
    hide: [repo.dir, repository.commonDir],
    cacheRoot: cacheDir,
    env: { ...process.env, HOME: home },
  });
  if (fence.mode !== mode) {
    await close();
    return undefined;
  }
  return {
    name: mode === 'none' ? 'without a fence' : `behind ${mode}`,
    top: repo.dir,
    home,
    close,
    open: (readOnly) =>
      openWorkspace(repository, {
        run: 'calm-otter',
        session: 1,
        base,
        fence,
        maxFileBytes: 1_000_000,
        maxTotalBytes: 10_000_000,
        readOnly,
      }),
  };
}
