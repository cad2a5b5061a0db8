import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf, start, untilTold } from './cli.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

/** Told by the brain, and found in its command line: another suite on this machine has another number. */
const half = `half is there ${process.pid}`;
/** Writes half of the work and says so, then hangs; a later session finds the half and does the rest. */
const slow = `if [ -f src/half ]; then rm src/half; ${honest}; else echo begun > src/half; echo "${half}"; sleep 300; fi`;

/** How a transcript holds what that brain printed; its command line, which stands there too, holds other quotes. */
const halfIsThere = `"text":"${half}`;

describe('kill -9 of the harness in the middle of a session', () => {
  it('the next run goes on with the unfinished work; nothing is lost or twice, and nothing is alive', async () => {
    await using repo = await smallRepo({ red: true });
    const first = start(repo.dir, ['run', '--name', 'night', '--brain', `command:${slow}`]);
    await first.shows(/session 1/);
    await untilTold(repo.dir, halfIsThere);
    first.child.kill('SIGKILL');
    await first.done;

    const second = await agentloop(repo.dir, ['run', '--brain', `command:${slow}`]);
    expect(second.code, second.err).toBe(0);
    expect(second.err).toMatch(/took over the lock of process/i);

    const events = await eventsOf(repo.dir, 'night');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const sessions = events.filter((event) => event.type === 'session.ended');
    expect(sessions).toMatchObject([
      { session: 1, outcome: 'crashed', counts: false, kept: expect.any(String) },
      { session: 2, outcome: 'landed' },
    ]);
    expect(events.find((event) => event.type === 'session.started' && event.session === 2)).toMatchObject({
      unfinished: expect.any(String),
    });
    expect(events.filter((event) => event.type === 'work.landed')).toHaveLength(1);
    expect(await repo.git('ls-tree', '--name-only', 'agentloop/night', 'src/')).toBe(
      'src/product.js\nsrc/sum.js',
    );
    expect(await repo.git('rev-parse', '--verify', 'refs/agentloop/night/sessions/1')).toMatch(
      /^[0-9a-f]{40}$/,
    );
    expect(existsSync(join(repo.dir, '.git', 'agentloop', 'lock'))).toBe(false);
    expect(await alive(half)).toEqual([]);
  });

  it('a second run at the same time is refused and names the first', async () => {
    await using repo = await smallRepo({ red: true });
    const first = start(repo.dir, ['run', '--name', 'night', '--brain', `command:${slow}`]);
    await first.shows(/session 1/);
    const second = await agentloop(repo.dir, ['run', '--brain', 'command:true']);
    expect(second.code).toBe(3);
    expect(second.err).toContain(String(first.child.pid));
    first.child.kill('SIGTERM');
    const ended = await first.done;
    expect(ended.code).toBe(143);
  });
});

describe('a person stops a run', () => {
  it('Ctrl-C once ends it after the session, twice at once with the work kept', async () => {
    await using repo = await smallRepo({
      red: true,
      features: [feature('F001'), feature('F002', { dependsOn: ['F001'] })],
    });
    const run = start(repo.dir, ['run', '--name', 'night', '--brain', `command:${slow}`]);
    await run.shows(/session 1/);
    await untilTold(repo.dir, halfIsThere);
    run.child.kill('SIGINT');
    await run.shows(/Stops after this session/);
    run.child.kill('SIGINT');
    const ended = await run.done;
    expect(ended.code, ended.err).toBe(130);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'interrupted', code: 130 });
    expect(events.find((event) => event.type === 'session.ended')).toMatchObject({
      outcome: 'interrupted',
      kept: expect.any(String),
    });
    const kept = await repo.git('show', 'refs/agentloop/night/sessions/1:src/half');
    expect(kept).toBe('begun');
    expect(await alive(half)).toEqual([]);
  });

  it('agentloop stop --now from another shell does the same, and the run can go on', async () => {
    await using repo = await smallRepo({ red: true });
    const run = start(repo.dir, ['run', '--name', 'night', '--brain', `command:${slow}`]);
    await untilTold(repo.dir, halfIsThere);
    expect((await agentloop(repo.dir, ['stop', '--now'])).code).toBe(0);
    expect((await run.done).code).toBe(11);
    const again = await agentloop(repo.dir, ['run', '--brain', `command:${slow}`]);
    expect(again.code, again.err).toBe(0);
  });
});

/** Processes whose command line holds a text; none of ours may be left. */
async function alive(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text) && Number(pid) !== process.pid) found.push(`${pid} ${line.slice(0, 100)}`);
  }
  return found;
}

describe('kill -9 of init', () => {
  it('the next init ends the killed session and keeps what it had written', async () => {
    await using repo = await tempRepo({ 'src/a.js': '' });
    const slow = 'command:echo begun > feature-list.json; echo "list is begun"; sleep 300';
    const first = start(repo.dir, ['init', 'a sum', '--brain', slow]);
    await first.shows(/initializer/);
    const [killed = ''] = await readdir(join(repo.dir, '.git', 'agentloop', 'runs'));
    await untilTold(repo.dir, '"text":"list is begun', killed);
    first.child.kill('SIGKILL');
    await first.done;

    const second = await agentloop(repo.dir, ['init', 'a sum', '--brain', 'command:exit 1']);
    expect(second.code, second.err).toBe(11);
    const events = await eventsOf(repo.dir, killed);
    expect(events.slice(-2)).toMatchObject([
      { type: 'session.ended', session: 1, outcome: 'crashed', kept: expect.any(String) },
      { type: 'run.stopped', reason: 'terminated' },
    ]);
    expect(await repo.git('show', `refs/agentloop/${killed}/sessions/1:feature-list.json`)).toBe('begun');
  });
});

describe('a run that goes on', () => {
  it('keeps its caps and its brain after a kill -9, until a flag says otherwise', async () => {
    await using repo = await smallRepo({ red: true });
    const asked = ['--max-cost', '3', '--allow-unknown-cost', '--max-sessions', '7', '--pass-env', 'BIRD'];
    const brain = `command:[ "$BIRD" = owl ] || exit 1; ${slow}`;
    const env = { BIRD: 'owl' };
    const first = start(repo.dir, ['run', '--name', 'night', '--brain', brain, ...asked], env);
    await untilTold(repo.dir, halfIsThere);
    first.child.kill('SIGKILL');
    await first.done;

    const second = await agentloop(repo.dir, ['run', '--max-sessions', '9'], env);
    expect(second.code, second.err).toBe(0);
    const limits = (await eventsOf(repo.dir, 'night')).flatMap((event) =>
      event.type === 'limits.set' ? [event.limits] : [],
    );
    expect(limits).toMatchObject([
      { maxCostUsd: 3, maxSessions: 7, allowUnknownCost: true },
      { maxCostUsd: 3, maxSessions: 9, allowUnknownCost: true },
    ]);
  });
});
