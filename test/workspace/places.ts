import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fence, findFence } from '../../src/workspace/fence.ts';
import { markOf } from '../../src/workspace/mark.ts';
import type { Place } from '../../src/workspace/place.ts';
import type { FenceMode } from '../../src/workspace/workspace.ts';

export interface TestPlace extends Place, AsyncDisposable {
  /** Holds all its folders, and may hold more of a test's. */
  readonly root: string;
}

/** The fence of this machine, with the project's own top as the user's repository. */
export async function testFence(
  mode: 'auto' | FenceMode,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Fence> {
  const cacheRoot = join(await realpath(tmpdir()), `agentloop-test-cache-${process.pid}`);
  return findFence({ mode, hide: [process.cwd()], cacheRoot, env });
}

const found = await testFence('auto');
/** Undefined where bubblewrap works; else the reason, for the title of what is skipped. */
export const noFence = found.mode === 'none' ? found.why : undefined;
/** Both modes where both can be had. */
export const modes: readonly FenceMode[] = noFence === undefined ? ['bubblewrap', 'none'] : ['none'];

/** Opens a place with empty folders. `more` replaces parts of it. */
export async function testPlace(fence: Fence, more: Partial<Place> = {}): Promise<TestPlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'place-')));
  const folder = async (name: string) => {
    await mkdir(join(root, name));
    return join(root, name);
  };
  const [tree, home, out, tmp] = [
    await folder('tree'),
    await folder('home'),
    await folder('out'),
    await folder('tmp'),
  ];
  return {
    root,
    fence,
    run: 'test-run',
    mark: markOf(root, 'test-run'),
    tree,
    home,
    out,
    tmp,
    ...more,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Command lines of living processes, inside fences too, that contain `text`. */
export async function alive(text: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text)) lines.push(line.replaceAll('\0', ' '));
  }
  return lines;
}

/** Waits until `condition` holds; fails after 10 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let count = 0;
/** A number of seconds to sleep that no other process on this machine sleeps: so that it can be found. */
export function uniqueSleep(): string {
  count++;
  return `300.${process.pid}${String(count).padStart(4, '0')}`;
}
