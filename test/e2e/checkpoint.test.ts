import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, type Running, start } from './cli.ts';
import { honest, smallRepo } from './small-repo.ts';

/** Writes half of the work, then waits for ever; where the half is there, it does the rest. */
const slow = `if [ -f src/half ]; then rm src/half; ${honest}; else echo begun > src/half; sleep 300; fi`;
const brain = ['--brain', `command:${slow}`];

interface World extends AsyncDisposable {
  readonly repo: TempRepo;
  readonly cache: string;
  readonly env: Record<string, string>;
}

/** A small repository whose workspaces stand in a folder that a test may delete. */
async function world(checkpointEvery: string): Promise<World> {
  const repo = await smallRepo({ red: true, config: { workspace: { checkpointEvery } } });
  const cache = await mkdtemp(join(tmpdir(), 'agentloop-cache-'));
  return {
    repo,
    cache,
    env: { XDG_CACHE_HOME: cache },
    async [Symbol.asyncDispose]() {
      await rm(cache, { recursive: true, force: true, maxRetries: 3 });
      await repo.remove();
    },
  };
}

async function until(what: () => boolean | Promise<boolean>, run: Running): Promise<void> {
  let over = false;
  void run.done.then(() => (over = true));
  while (!(await what())) {
    if (over) throw new Error(`it ended: ${(await run.done).err}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const types = async (repo: TempRepo): Promise<string[]> =>
  (await eventsOf(repo.dir, 'night').catch(() => [])).map(({ type }) => type);

describe('unfinished work is saved while the brain works', () => {
  it('a killed run whose workspaces are deleted too goes on from the last checkpoint', async () => {
    await using w = await world('100ms');
    const run = start(w.repo.dir, ['run', '--name', 'night', ...brain], w.env);
    await until(async () => (await types(w.repo)).includes('checkpoint.saved'), run);
    run.child.kill('SIGKILL');
    await run.done;
    rmSync(w.cache, { recursive: true, force: true });
    expect(await w.repo.git('show', 'refs/agentloop/night/sessions/1:src/half')).toBe('begun');

    const second = await agentloop(w.repo.dir, ['run', ...brain], w.env);
    expect(second.code, second.err).toBe(0);
    const events = await eventsOf(w.repo.dir, 'night');
    const [saved] = events.flatMap((event) => (event.type === 'checkpoint.saved' ? [event.commit] : []));
    const ended = events.filter(({ type }) => type === 'session.ended' || type === 'session.started');
    expect(ended).toMatchObject([
      { session: 1 },
      { session: 1, outcome: 'crashed', kept: saved },
      { session: 2, unfinished: saved },
      { session: 2, outcome: 'landed' },
    ]);
    // Nothing changed after it was saved, so that one checkpoint was enough.
    const saves = events.filter((event) => event.type === 'checkpoint.saved' && event.session === 1);
    expect(saves).toHaveLength(1);
  });

  it('agentloop pause saves it at once, long before the next checkpoint is due', async () => {
    await using w = await world('1h');
    const run = start(w.repo.dir, ['run', '--name', 'night', ...brain], w.env);
    await run.shows(/session 1/);
    await until(() => standsInSlot(w.cache, 'half'), run);
    expect((await agentloop(w.repo.dir, ['pause'], w.env)).code).toBe(0);
    await until(async () => (await types(w.repo)).includes('checkpoint.saved'), run);
    expect(await w.repo.git('show', 'refs/agentloop/night/sessions/1:src/half')).toBe('begun');
    run.child.kill('SIGTERM');
    expect((await run.done).code).toBe(143);
  });
});

describe('a workspace that is deleted while a brain works in it', () => {
  it('lands nothing and deletes nothing: the session ends, and the next one does the work', async () => {
    await using w = await world('1h');
    const waits = `if [ "$AGENTLOOP_SESSION" = 1 ]; then echo x > src/half; while [ -f src/half ]; do sleep 0.1; done; else ${honest}; fi`;
    const run = start(w.repo.dir, ['run', '--name', 'night', '--brain', `command:${waits}`], w.env);
    await until(() => standsInSlot(w.cache, 'half'), run);
    rmSync(join(w.cache, 'agentloop'), { recursive: true, force: true });
    const ended = await run.done;
    expect(ended.code, ended.err).toBe(0);
    expect(ended.err).toMatch(
      /workspace of session 1 was deleted while it was in use; nothing of it was saved/,
    );
    const events = await eventsOf(w.repo.dir, 'night');
    expect(events.filter(({ type }) => type === 'session.ended')).toMatchObject([
      { session: 1, outcome: 'crashed', counts: false },
      { session: 2, outcome: 'landed' },
    ]);
    expect(await w.repo.git('ls-tree', '--name-only', 'agentloop/night', 'src/')).toBe(
      'src/product.js\nsrc/sum.js',
    );
  });
});

/** Whether a file below src stands in some workspace. */
function standsInSlot(cache: string, name: string): boolean {
  try {
    return readdirSync(cache, { recursive: true, encoding: 'utf8' }).some((path) =>
      path.endsWith(`/work/tree/src/${name}`),
    );
  } catch {
    return false; // A folder came or went while it was listed.
  }
}
