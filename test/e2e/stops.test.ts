import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TempRepo } from '../helpers/repo.ts';
import { alive, modes, uniqueSleep, until } from '../workspace/places.ts';
import { agentloop, eventsOf, type Ran, start, untilTold } from './cli.ts';
import { feature, smallRepo } from './small-repo.ts';

/** Leaves half of the work and three processes that want to live, and listens to nobody itself. */
const stubborn = (sleep: string) => `mkdir -p src; echo begun > src/half; trap "" TERM INT HUP
(cd /; env -i /usr/bin/setsid -f bash -c 'trap "" TERM; exec -a quiet sleep ${sleep}' <&- >&- 2>&-)
setsid sh -c 'trap "" TERM HUP; while :; do sleep ${sleep}; done' & (sleep ${sleep} &)
echo ready; while :; do sleep ${sleep}; done`;
const ready = '"text":"ready';

interface Night {
  readonly repo: TempRepo;
  readonly sleep: string;
  readonly run: ReturnType<typeof start>;
}

/** A run whose brain is stubborn, at work. */
async function night(repo: TempRepo, env: Record<string, string> = {}): Promise<Night> {
  const sleep = uniqueSleep();
  const brain = `command:${stubborn(sleep)}`;
  const run = start(repo.dir, ['run', '--name', 'night', '--brain', brain], { _: '', ...env });
  await untilTold(repo.dir, ready);
  return { repo, sleep, run };
}

/** What is true however a run was stopped: its work is kept, its ledger ends, nothing holds on and nothing lives. */
async function expectStopped(
  { repo, sleep }: Omit<Night, 'run'>,
  reason: string,
  code: number,
): Promise<void> {
  const events = await eventsOf(repo.dir, 'night');
  expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason, code });
  const session = events.find((event) => event.type === 'session.ended');
  expect(session).toMatchObject({ outcome: 'interrupted', counts: false, kept: expect.any(String) });
  expect(await repo.git('show', 'refs/agentloop/night/sessions/1:src/half')).toBe('begun');
  expect(existsSync(join(repo.dir, '.git', 'agentloop', 'lock'))).toBe(false);
  const left = (await alive(sleep)).filter((line) => !line.includes('agentloop.cjs'));
  expect(left).toEqual([]);
}

/** Asks in some way, and gives how it ended and how long that took, in ms. */
async function ended(
  { run }: Pick<Night, 'run'>,
  ask: () => unknown,
): Promise<Ran & { readonly ms: number }> {
  const began = performance.now();
  await ask();
  return { ...(await run.done), ms: performance.now() - began };
}

describe.each(modes)('with fence %s, a brain that sheds everything and listens to nobody', (mode) => {
  it.each([
    ['SIGTERM', 'terminated', 143],
    ['SIGHUP', 'terminated', 143],
    ['stop --now', 'asked', 11],
  ] as const)('is ended by %s within ten seconds, its work kept', async (how, reason, code) => {
    await using repo = await smallRepo({ red: true });
    const it = await night(repo, { AGENTLOOP_FENCE_MODE: mode });
    const ask = () => (how === 'stop --now' ? agentloop(repo.dir, how.split(' ')) : it.run.child.kill(how));
    const end = await ended(it, ask);
    expect(end.code, end.err).toBe(code);
    expect(end.ms).toBeLessThan(10_000);
    await expectStopped(it, reason, code);
  });

  it('is ended at once by a third Ctrl-C, and the next run keeps its work', async () => {
    await using repo = await smallRepo({ red: true, config: { limits: { grace: '1h' } } });
    const it = await night(repo, { AGENTLOOP_FENCE_MODE: mode });
    for (const said of [/Stops after this session/, /Saves the work and stops/]) {
      it.run.child.kill('SIGINT');
      await it.run.shows(said);
    }
    const end = await ended(it, () => it.run.child.kill('SIGINT'));
    expect([end.signal, end.ms < 5000], end.err).toEqual(['SIGINT', true]);
    await until(async () => (await alive(it.sleep)).length === 0);
    const next = await agentloop(repo.dir, ['run', '--brain', 'command:true', '--max-sessions', '1']);
    expect(next.err).toMatch(/Took over the lock/);
    expect((await eventsOf(repo.dir, 'night')).find(({ type }) => type === 'session.ended')).toMatchObject({
      outcome: 'crashed',
      kept: expect.any(String),
    });
    expect(await repo.git('show', 'refs/agentloop/night/sessions/1:src/half')).toBe('begun');
  });
});

describe('kill -9 of the harness, without a fence', () => {
  it.each(['doctor --orphans', 'doctor --fix --quick', 'run'])(
    'leaves what `agentloop %s` ends and names, and nothing of another repository',
    async (line) => {
      await using repo = await smallRepo({ red: true });
      await using other = await smallRepo({ red: true });
      const env = { AGENTLOOP_FENCE_MODE: 'none' };
      const killed = await night(repo, env);
      const orphan = await night(other, env);
      const living = await agentloop(repo.dir, ['doctor', '--orphans'], env);
      expect([living.code, living.out]).toEqual([0, 'Nothing is left over here.\n']);
      expect((await alive(killed.sleep)).length).toBeGreaterThan(3);
      for (const { run } of [killed, orphan]) {
        run.child.kill('SIGKILL');
        await run.done;
      }
      const beside = start(other.dir, ['run', '--brain', 'command:true'], env);
      await beside.shows(/Ended what an agentloop that was killed had left running: process \d+ \(/);
      expect(await alive(orphan.sleep)).toEqual([]);
      expect((await alive(killed.sleep)).length).toBeGreaterThan(3);

      const words =
        line === 'run' ? ['run', '--brain', 'command:true', '--max-sessions', '1'] : line.split(' ');
      const ended = await agentloop(repo.dir, words, env);
      expect(ended.out + ended.err).toMatch(/[Ee]nded [^.]*?process\s+\d+\s+\(/);
      expect(await alive(killed.sleep)).toEqual([]);
      beside.child.kill('SIGTERM');
      await beside.done;
      const again = await agentloop(repo.dir, ['doctor', '--orphans'], env);
      expect([again.code, again.out]).toEqual([0, 'Nothing is left over here.\n']);
    },
  );
});

describe('a stop in between', () => {
  /** Starts a run that comes to sleep somewhere, waits until it does, stops it. */
  async function stopped(
    options: Parameters<typeof smallRepo>[0] & { sleep: string; brain: string; once?: boolean },
    files: Record<string, string> = {},
  ) {
    const repo = await smallRepo(options);
    await repo.write(files);
    await repo.git('add', '-A');
    await repo.git('commit', '-q', '--allow-empty', '-m', 'more');
    const run = start(repo.dir, ['run', '--name', 'night', '--brain', options.brain], { _: '' });
    await until60(async () => (await alive(`sleep\0${options.sleep}`)).length > 0);
    const end = await ended({ run }, () => run.child.kill(options.once ? 'SIGINT' : 'SIGTERM'));
    const events = await eventsOf(repo.dir, 'night');
    const left = await alive(options.sleep);
    const isLocked = existsSync(join(repo.dir, '.git', 'agentloop', 'lock'));
    await repo.remove();
    return { end, events, left, isLocked };
  }
  const free = { left: [], isLocked: false };

  it('while init.sh runs: one Ctrl-C is enough, since there is no session to wait for', async () => {
    const sleep = uniqueSleep();
    const script = `#!/bin/sh\nsleep ${sleep}\n`;
    const was = await stopped({ red: true, sleep, brain: 'command:true', once: true }, { 'init.sh': script });
    expect([was.end.code, was.end.ms < 10_000], was.end.err).toEqual([11, true]);
    expect(was).toMatchObject(free);
    expect(was.events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'asked' });
    expect(was.events.filter(({ type }) => type === 'session.started')).toEqual([]);
  });

  it('while the judge runs: the work is kept, and no verdict is made up', async () => {
    const sleep = uniqueSleep();
    const command = `if [ -f src/slow ]; then sleep ${sleep}; fi; node --test`;
    const checks = [{ name: 'tests', command, report: 'node-test', timeout: '10m' }];
    const was = await stopped({
      red: true,
      sleep,
      brain:
        'command:mkdir -p src; echo 1 > src/slow; echo "export const sum = (a, b) => a + b;" > src/sum.js',
      config: { judge: { checks } },
    });
    expect([was.end.code, was.end.ms < 10_000], was.end.err).toEqual([143, true]);
    expect(was).toMatchObject(free);
    const [session] = was.events.filter(({ type }) => type === 'session.ended');
    expect(session).toMatchObject({ outcome: 'interrupted', counts: false, kept: expect.any(String) });
    const ruled = was.events.filter((event) => event.type === 'judge.ruled' && event.scope === 'candidate');
    expect(ruled).toEqual([]);
    expect(was.events.filter(({ type }) => type === 'judge.broken')).toEqual([]);
  });

  it('while it waits for a brain, and while it is paused', async () => {
    await using repo = await smallRepo({ red: true });
    const env = { AGENTLOOP_LIMITS_BACKOFF: '1h', _: '' };
    const waits = start(repo.dir, ['run', '--name', 'night', '--brain', 'command:exit 75'], env);
    await untilEvent(repo.dir, 'wait.started');
    const end = await ended({ run: waits }, () => waits.child.kill('SIGTERM'));
    expect([end.code, end.ms < 10_000], end.err).toEqual([143, true]);

    const before = (await eventsOf(repo.dir, 'night')).length;
    const again = start(repo.dir, ['run', '--brain', 'command:exit 75'], env);
    await untilEvent(repo.dir, 'run.resumed');
    expect((await agentloop(repo.dir, ['pause'])).code).toBe(0);
    await untilEvent(repo.dir, 'wait.started', before);
    const paused = await ended({ run: again }, () => again.child.kill('SIGHUP'));
    expect([paused.code, paused.ms < 10_000], paused.err).toEqual([143, true]);
    expect((await eventsOf(repo.dir, 'night')).at(-1)).toMatchObject({ reason: 'terminated' });
  });

  it('while it lands: the landing is whole, here and in the repository of the person', async () => {
    await using repo = await smallRepo({
      red: true,
      features: [feature('F001'), feature('F002', { dependsOn: ['F001'] })],
    });
    const brain = 'command:mkdir -p src; echo "export const sum = (a, b) => a + b;" > src/sum.js';
    const run = start(repo.dir, ['run', '--name', 'night', '--brain', brain], { _: '' });
    await untilEvent(repo.dir, 'work.landed');
    const end = await ended({ run }, () => run.child.kill('SIGTERM'));
    expect(end.code, end.err).toBe(143);
    const events = await eventsOf(repo.dir, 'night');
    const [landed] = events.filter((event) => event.type === 'work.landed');
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', landed: 1 });
    const history = await repo.git('rev-list', 'agentloop/night');
    expect(history).toContain((landed as { commit?: string } | undefined)?.commit);
  });
});

const pty = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
if (!pty) process.stderr.write('skipped: closed terminals (script of util-linux is missing)\n');

describe.skipIf(!pty)('a terminal', { timeout: 60_000 }, () => {
  const bin = join(import.meta.dirname, '../../bin/agentloop.cjs');

  /** Types a line at a shell on a terminal of its own; closing kills that terminal. */
  async function onTerminal(
    repo: TempRepo,
    line: string,
    sleep: string,
  ): Promise<{ close(): void; shell: number }> {
    const env = { ...process.env, BRAIN: `command:${stubborn(sleep)}`, TERM: 'xterm', _: '' };
    const run = `"${process.execPath}" "${bin}" run --name night --brain "$BRAIN"`;
    const all = `bash -c 'echo $$ > .git/shell; ${line.replace('RUN', run)}'`;
    const terminal = spawn('script', ['-qfec', all, '/dev/null'], { cwd: repo.dir, env, stdio: 'pipe' });
    terminal.stdout.resume();
    terminal.on('error', () => undefined);
    await untilTold(repo.dir, ready);
    const shell = Number(await readFile(join(repo.dir, '.git', 'shell'), 'utf8'));
    return { shell, close: () => void terminal.kill('SIGKILL') };
  }
  const stopped = async (repo: TempRepo) =>
    until60(async () => (await eventsOf(repo.dir, 'night')).at(-1)?.type === 'run.stopped');
  const stillRuns = async (repo: TempRepo) => {
    // That nothing happens can only be seen by waiting; it is looked after the terminal once a second.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect((await eventsOf(repo.dir, 'night')).at(-1)?.type).not.toBe('run.stopped');
    expect((await agentloop(repo.dir, ['stop', '--now'])).code).toBe(0);
    await stopped(repo);
  };

  it('that is closed ends the run, its work kept, though nothing can be said any more', async () => {
    await using repo = await smallRepo({ red: true });
    const sleep = uniqueSleep();
    const terminal = await onTerminal(repo, 'RUN; true', sleep);
    terminal.close();
    await stopped(repo);
    await until(() => !existsSync(join(repo.dir, '.git', 'agentloop', 'lock')));
    await expectStopped({ repo, sleep }, 'terminated', 143);
  });

  it('whose shell is killed takes its background run with it', async () => {
    await using repo = await smallRepo({ red: true });
    const sleep = uniqueSleep();
    const terminal = await onTerminal(repo, 'set -m; RUN & wait', sleep);
    process.kill(terminal.shell, 'SIGKILL');
    await stopped(repo);
    terminal.close();
    await until(() => !existsSync(join(repo.dir, '.git', 'agentloop', 'lock')));
    await expectStopped({ repo, sleep }, 'terminated', 143);
  });

  it('is not needed: on pipes whose reader and whose shell are gone the run ends, with one of them it goes on', async () => {
    await using repo = await smallRepo({ red: true });
    const sleep = uniqueSleep();
    const line = `echo $$; "${process.execPath}" "${bin}" run --name night --brain "$BRAIN" --output ndjson; true`;
    const env = { ...process.env, BRAIN: `command:${stubborn(sleep)}`, _: '' };
    const shell = spawn('bash', ['-c', line], {
      detached: true,
      cwd: repo.dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gone = new Promise((resolve) => shell.once('exit', resolve));
    const [pid] = await new Promise<string[]>((resolve) =>
      shell.stdout.once('data', (data: Buffer) => resolve(data.toString().split('\n'))),
    );
    shell.stdout.resume();
    shell.stderr.resume();
    await untilTold(repo.dir, ready);
    process.kill(Number(pid), 'SIGKILL');
    await gone;
    expect((await agentloop(repo.dir, ['status', '--json'])).out).toContain('"alive": true');
    shell.stdout.destroy();
    shell.stderr.destroy();
    // The next thing it says finds nobody.
    expect((await agentloop(repo.dir, ['pause'])).code).toBe(0);
    await stopped(repo);
    await until(() => !existsSync(join(repo.dir, '.git', 'agentloop', 'lock')));
    await expectStopped({ repo, sleep }, 'terminated', 143);
  });

  it.each(['nohup RUN > .git/nohup.out 2>&1; true', 'setsid RUN & wait'])(
    'may go where that was wished for: %s',
    async (line) => {
      await using repo = await smallRepo({ red: true });
      const sleep = uniqueSleep();
      const terminal = await onTerminal(repo, line, sleep);
      terminal.close();
      await stillRuns(repo);
      await until(() => !existsSync(join(repo.dir, '.git', 'agentloop', 'lock')));
      await expectStopped({ repo, sleep }, 'asked', 11);
    },
  );
});

async function untilEvent(repo: string, type: string, since = 0): Promise<void> {
  await until60(async () => {
    const events = await eventsOf(repo, 'night').catch(() => []);
    return events.slice(since).some((event) => event.type === type);
  });
}

/** As `until`, for what a busy machine takes its time for. */
async function until60(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
