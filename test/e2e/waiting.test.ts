import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Recorded, RecordedOf } from '../../src/ledger/event.ts';
import { agentloop, eventsOf, runFolder, start } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { feature, smallRepo } from './small-repo.ts';

const byFile = (id: string) => feature(id, { proof: 'command', verify: `test -f ${id}` });
const only = <T extends Recorded['type']>(events: readonly Recorded[], type: T) =>
  events.filter((event): event is RecordedOf<T> => event.type === type);
const statusOf = async (dir: string) => JSON.parse((await agentloop(dir, ['status', '--json'])).out);
const inSeconds = (count: number) => Math.ceil(Date.now() / 1000) + count;
/** A program that is told to come back by its provider, and works from then on. */
const closedUntil = (second: number) =>
  `command:[ $(date +%s) -ge ${second} ] && touch $AGENTLOOP_FEATURE || { echo "usage limit reached|${second}" >&2; exit 1; }`;

describe('waiting instead of dying', () => {
  it('a usage window is waited for until its end, also by the process that comes after a kill; it costs no session', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const flags = ['--name', 'night', '--max-sessions', '1'];
    const away = { fail: { kind: 'unavailable', reason: 'closed', retryAfterMs: 8000 } };
    await using script = await scriptFile([
      { when: { session: 1 }, steps: [away] },
      { steps: [{ write: { path: 'F001', content: '' } }] },
    ]);
    const first = start(repo.dir, ['run', ...flags, '--brain', script.brain]);
    await first.shows(/waits until \d\d:\d\d/);
    const { wait, ...status } = await statusOf(repo.dir);
    expect(wait).toMatchObject({ why: 'unavailable', until: expect.any(Number), reason: 'closed' });
    expect(wait.leftMs).toBeGreaterThan(0);
    expect(wait.leftMs).toBeLessThanOrEqual(8000);
    expect(status).toMatchObject({ alive: true, session: null });
    expect(status.headline).toMatch(/waiting until \d\d:\d\d \(\d s left\)/);
    first.child.kill('SIGKILL');
    await first.done;
    expect((await statusOf(repo.dir)).troubles).toContainEqual(
      expect.stringMatching(/^It was waiting until .* "agentloop run" waits on\.$/),
    );

    const second = await agentloop(repo.dir, ['run', ...flags]);
    expect(second.code, second.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    const [resumed] = only(events, 'run.resumed');
    const [, worked] = only(events, 'session.started');
    expect(Date.parse(worked?.ts ?? '')).toBeGreaterThanOrEqual(wait.until);
    // On a slow machine the time has come before the second process is there.
    if (Date.parse(resumed?.ts ?? '') < wait.until - 2000) {
      expect(only(events, 'wait.started').map(({ until }) => until)).toEqual([wait.until, wait.until]);
      expect(only(events, 'wait.ended')).toMatchObject([{ how: 'its time has come' }]);
    }
    expect((await statusOf(repo.dir)).features).toMatchObject([{ id: 'F001', sessions: 1 }]);
  });

  it('a window that ends after --until is not waited for: 75, and when to come back', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const end = inSeconds(3 * 3600);
    const brain = closedUntil(end);
    const ran = await agentloop(repo.dir, [
      'run',
      '--name',
      'night',
      '--max-duration',
      '1h',
      '--brain',
      brain,
    ]);
    expect(ran.code, ran.err).toBe(75);
    expect(ran.err).toMatch(/come back at \d\d:\d\d: agentloop run/);
    expect((await eventsOf(repo.dir, 'night')).at(-1)).toMatchObject({
      type: 'run.stopped',
      reason: 'unavailable',
      code: 75,
      until: end * 1000,
    });
    const result = JSON.parse(await readFile(join(runFolder(repo.dir), 'result.json'), 'utf8'));
    expect(result.until).toBe(new Date(end * 1000).toISOString());
    expect((await statusOf(repo.dir)).headline).toMatch(/unavailable until \d\d:\d\d \(\d h.* left\)/);
  });

  it('a person can pause a wait, and end it early', async () => {
    const away = { fail: { kind: 'unavailable', reason: 'closed', retryAfterMs: 3_600_000 } };
    await using script = await scriptFile([
      { when: { nth: 1 }, steps: [away] },
      { steps: [{ write: { path: 'F001', content: '' } }] },
    ]);
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const run = start(repo.dir, ['run', '--name', 'night', '--brain', script.brain]);
    await run.shows(/waits until/);
    await agentloop(repo.dir, ['pause']);
    await run.shows(/paused by/);
    await agentloop(repo.dir, ['resume']);
    await run.shows(/waits until[\s\S]*waits until/);
    await agentloop(repo.dir, ['resume']);
    const ended = await run.done;
    expect(ended.code, ended.err).toBe(0);
    const ends = only(await eventsOf(repo.dir, 'night'), 'wait.ended');
    expect(ends.map(({ why, early }) => [why, early])).toEqual([
      ['unavailable', undefined],
      ['paused', undefined],
      ['unavailable', true],
    ]);
  });

  it('who must log in or pay is told so, at once', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const brain = 'command:echo "Invalid API key · Please run /login"; exit 1';
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', brain]);
    expect(ran.code, ran.err).toBe(3);
    expect(ran.err).toContain('Log in with that program by hand');
    expect(only(await eventsOf(repo.dir, 'night'), 'session.started')).toHaveLength(1);
  });

  it('a file of your own tells what it looks like when your program has to wait', async () => {
    const providers = {
      version: 1,
      rules: [
        {
          name: 'mine',
          exits: [9],
          texts: ['^the till is closed'],
          act: 'person',
          help: 'Ask Ada for a coin.',
        },
      ],
    };
    await using repo = await smallRepo({
      red: false,
      features: [byFile('F001')],
      config: { providers: 'providers.json' },
    });
    await repo.write({ 'providers.json': JSON.stringify(providers) });
    const brain = 'command:echo "The till is closed"; exit 9';
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', brain]);
    expect(ran.code, ran.err).toBe(3);
    expect(ran.err).toContain('Ask Ada for a coin.');
    await repo.write({ 'providers.json': '{"version":1,"rules":[{"name":"mine","act":"wait"}]}' });
    const broken = await agentloop(repo.dir, ['run', '--name', 'other', '--new', '--brain', brain]);
    expect([broken.code, broken.err]).toEqual([2, expect.stringContaining('rules[0] "mine"')]);
  });
});
