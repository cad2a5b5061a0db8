import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/log.ts';
import { agentloop, eventsOf, runFolder, start } from './cli.ts';
import { honest, smallRepo } from './small-repo.ts';

const slow = `if [ -f src/half ]; then rm src/half; ${honest}; else echo begun > src/half; sleep 300; fi`;

it('vault, shelf and base branch gone, locks of a killed git everywhere: the run goes on from what the repository has', async () => {
  await using repo = await smallRepo({
    red: true,
    config: { workspace: { checkpointEvery: '100ms' } },
  });
  const run = start(repo.dir, ['run', '--name', 'night', '--brain', `command:${slow}`]);
  const saved = async () => (await eventsOf(repo.dir, 'night').catch(() => [])).some(isSave);
  while (!(await saved())) await new Promise((resolve) => setTimeout(resolve, 50));
  run.child.kill('SIGKILL');
  await run.done;
  const state = join(repo.dir, '.git/agentloop');
  for (const one of ['vault.git', 'shelf.git']) rmSync(join(state, one), { recursive: true });
  await repo.git('checkout', '-q', '--detach');
  await repo.git('branch', '-q', '-D', 'main');
  const lock = join(repo.dir, '.git/index.lock');
  writeFileSync(lock, '');

  const second = await agentloop(repo.dir, ['run', '--brain', `command:${slow}`]);
  expect(second.code, second.err).toBe(0);
  expect(second.err).toContain('The shelf was made anew from your repository.');
  expect(second.err).toContain('The vault was made anew from your repository.');
  expect(existsSync(lock)).toBe(true);
  expect(readdirSync(state).filter((name) => name.endsWith('.lock'))).toEqual([]);
  const started = (await eventsOf(repo.dir, 'night')).filter(({ type }) => type === 'session.started');
  expect(started).toMatchObject([{ session: 1 }, { session: 2, unfinished: expect.any(String) }]);
  expect(await repo.git('log', '--format=%s', '-1', 'agentloop/night')).toContain('F001');

  rmSync(lock);
  await repo.git('branch', '-q', '-D', 'agentloop/night');
  await repo.git('branch', '-q', 'there');
  await repo.git('symbolic-ref', 'HEAD', 'refs/heads/gone');
  const gone = await agentloop(repo.dir, ['run', '--new', '--name', 'other', '--brain', 'command:true']);
  expect(gone.code).toBe(3);
  expect(gone.err).toMatch(/You stand on branch gone, which has no commit.*\n.*--base there/);
});

it('a session that was killed before its folder was filled, and whose unfinished work is nowhere any more, ends', async () => {
  await using repo = await smallRepo({ red: true });
  const first = ['run', '--name', 'night', '--max-sessions', '1', '--brain', 'command:exit 1'];
  expect((await agentloop(repo.dir, first)).code).toBe(11);
  const ledger = await openLedger(join(runFolder(repo.dir), 'events.jsonl'), { run: 'night' });
  await ledger.append({
    type: 'session.started',
    session: 2,
    feature: 'F001',
    role: 'coder',
    brain: 'command:exit 1',
    base: await repo.git('rev-parse', 'HEAD'),
    unfinished: '1'.repeat(40),
    brief: '0'.repeat(64),
  });
  await ledger.close();
  const second = await agentloop(repo.dir, ['run', '--max-sessions', '9', '--brain', `command:${honest}`]);
  expect(second.code, second.err).toBe(0);
  expect(second.err).toContain('Unfinished work is nowhere any more: 111111111111');
});

function isSave({ type }: { readonly type: string }): boolean {
  return type === 'checkpoint.saved';
}
