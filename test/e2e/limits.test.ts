import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Recorded, RecordedOf } from '../../src/ledger/event.ts';
import { agentloop, eventsOf, runFolder, start } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

/** Proven by a file alone: cheap, and any shell command can do it. */
const byFile = (id: string, more: object = {}) =>
  feature(id, { proof: 'command', verify: `test -f ${id}`, ...more });
const doIt = 'command:touch $AGENTLOOP_FEATURE';
const night = (dir: string, brain: string, ...more: string[]) =>
  agentloop(dir, ['run', '--name', 'night', '--brain', brain, ...more]);
const only = <T extends Recorded['type']>(events: readonly Recorded[], type: T) =>
  events.filter((event): event is RecordedOf<T> => event.type === type);
const last = async (dir: string, run = 'night') => (await eventsOf(dir, run)).at(-1);

describe('limits', () => {
  it('--max-sessions counts for the run, new flags replace old ones, a note reaches the next brief', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const noon = new Date(Date.now() + 12 * 3_600_000);
    const at = [noon.getHours(), noon.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
    const first = await night(repo.dir, 'command:exit 1', '--max-sessions', '1', '--until', at);
    expect(first.code, first.err).toBe(11);
    expect(await last(repo.dir)).toMatchObject({
      type: 'run.stopped',
      reason: 'max-sessions',
      left: 1,
      landed: 0,
    });
    const [set] = only(await eventsOf(repo.dir, 'night'), 'limits.set');
    const until = new Date(set?.limits.until ?? 0);
    expect([until.getHours(), until.getMinutes()]).toEqual([noon.getHours(), noon.getMinutes()]);
    expect(until.getTime()).toBeGreaterThan(Date.parse(set?.ts ?? ''));

    const second = await night(repo.dir, 'command:exit 1', '--max-sessions', '1');
    expect(second.code, second.err).toBe(11);
    const between = await eventsOf(repo.dir, 'night');
    expect(only(between, 'session.started')).toHaveLength(1);
    expect(only(between, 'limits.set')[1]?.limits.until).toBeUndefined();

    const note = await agentloop(repo.dir, ['note', 'mind', 'the', 'gap']);
    expect(note.code, note.err).toBe(0);
    expect(note.err).toContain('agentloop run');
    const third = await night(
      repo.dir,
      'command:grep -q "mind the gap" "$AGENTLOOP_BRIEF" && touch F001',
      '--max-sessions',
      '2',
    );
    expect(third.code, third.err).toBe(0);
    expect(only(await eventsOf(repo.dir, 'night'), 'note.added')).toMatchObject([{ words: 'mind the gap' }]);
  });

  it('--max-duration ends a hanging session; that counts against nobody, and its work is kept', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    // On a slow machine the time may be over before the session starts; then it was too little.
    for (const time of ['3s', '12s', '60s']) {
      const ran = await night(repo.dir, 'command:touch begun; sleep 300', '--max-duration', time);
      expect(ran.code, ran.err).toBe(11);
      if (only(await eventsOf(repo.dir, 'night'), 'session.started').length > 0) break;
    }
    const events = await eventsOf(repo.dir, 'night');
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'until' });
    expect(only(events, 'brain.failed')).toMatchObject([{ kind: 'over-limit', limit: 'run-time' }]);
    expect(only(events, 'session.ended')).toMatchObject([{ outcome: 'interrupted', counts: false }]);
  });

  it('a brain that hangs is ended by its silence or by the time of its session, and is told apart', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const run = (env: Record<string, string>, ...more: string[]) =>
      agentloop(repo.dir, ['run', '--name', 'night', '--brain', 'command:sleep 300', ...more], env);
    const silent = await run({ AGENTLOOP_LIMITS_IDLE: '1s' }, '--max-sessions', '1');
    expect(silent.code, silent.err).toBe(11);
    const long = await run({}, '--max-sessions', '2', '--session-time', '2s');
    expect(long.code, long.err).toBe(11);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'brain.failed')).toMatchObject([
      { kind: 'over-limit', reason: expect.stringContaining('printed nothing for 1.0 s') },
      { kind: 'over-limit', reason: expect.stringContaining('the time of the session was over') },
    ]);
    expect(only(events, 'session.ended')).toMatchObject([
      { outcome: 'failed', counts: true },
      { outcome: 'failed', counts: true },
    ]);
  });

  it('a brain that is unavailable three waits long ends the run with 75, and costs no session of the limit', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const env = {
      AGENTLOOP_LIMITS_BACKOFF: '10ms',
      AGENTLOOP_LIMITS_LONGEST_BACKOFF: '20ms',
      AGENTLOOP_LIMITS_UNAVAILABLE_TRIES: '3',
    };
    const ran = await agentloop(
      repo.dir,
      ['run', '--name', 'night', '--brain', 'command:exit 75', '--max-sessions', '1'],
      env,
    );
    expect(ran.code, ran.err).toBe(75);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'brain.failed')).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({ reason: 'unavailable', code: 75 });
    expect(events.at(-1)).not.toHaveProperty('until');
    const again = await agentloop(repo.dir, ['run', '--brain', doIt, '--max-sessions', '1'], env);
    expect(again.code, again.err).toBe(0);
  });

  it('sessions that bring nothing, one after the other, stop the run', async () => {
    const features = ['F001', 'F002', 'F003', 'F004'].map((id) => byFile(id));
    await using repo = await smallRepo({
      red: false,
      features,
      config: { limits: { noProgressSessions: 2, sessionsPerFeature: 1 } },
    });
    const ran = await night(repo.dir, 'command:exit 1');
    expect(ran.code, ran.err).toBe(11);
    expect(await last(repo.dir)).toMatchObject({ reason: 'no-progress' });
    expect(only(await eventsOf(repo.dir, 'night'), 'session.started')).toHaveLength(2);
  });

  it('--max-cost with a brain whose price nobody knows is refused before anything is written, unless that is allowed', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const refused = await night(repo.dir, doIt, '--max-cost', '1');
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/not known beforehand[\s\S]*--allow-unknown-cost/);
    expect(existsSync(join(repo.dir, '.git', 'agentloop'))).toBe(false);
    const allowed = await night(repo.dir, doIt, '--max-cost', '1', '--allow-unknown-cost');
    expect(allowed.code, allowed.err).toBe(0);
  });
});

describe('what is left', () => {
  it('a blocked feature holds back what depends on it and nothing else; an answer tries it again; --fail-on is for CI', async () => {
    const features = [byFile('F001'), byFile('F002', { dependsOn: ['F001'] }), byFile('F003')];
    await using repo = await smallRepo({
      red: false,
      features,
      config: { limits: { sessionsPerFeature: 2, refusalsPerSession: 0 } },
    });
    const brain = `${doIt}; [ $AGENTLOOP_FEATURE != F001 ] || grep -q "at the top" "$AGENTLOOP_BRIEF" || rm F001`;
    const ran = await night(repo.dir, brain);
    expect(ran.code, ran.err).toBe(10);
    const sessions = only(await eventsOf(repo.dir, 'night'), 'session.started').map((event) => event.feature);
    expect(sessions).toEqual(['F001', 'F003', 'F001']);
    const list = JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json')).features;
    expect(list).toMatchObject([
      { id: 'F001', passes: false, blocked: expect.any(String) },
      { id: 'F002', passes: false },
      { passes: true },
    ]);
    expect(list[1].blocked).toBeUndefined();

    const ends = async (...failOn: string[]) => (await night(repo.dir, brain, '--fail-on', ...failOn)).code;
    expect([await ends('left-landed'), await ends('left-nothing,needs-human'), await ends('none')]).toEqual([
      1, 0, 0,
    ]);
    expect(JSON.parse(await readFile(join(runFolder(repo.dir), 'result.json'), 'utf8'))).toMatchObject({
      exitCode: 10,
      reason: 'blocked',
    });
    const mistyped = await night(repo.dir, brain, '--fail-on', 'left-landet');
    expect([mistyped.code, mistyped.err]).toEqual([2, expect.stringContaining('Did you mean left-landed?')]);

    expect((await agentloop(repo.dir, ['answer', 'F001', 'at', 'the', 'top'])).code).toBe(0);
    const again = await night(repo.dir, brain);
    expect(again.code, again.err).toBe(0);
    const after = JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json')).features;
    expect(after.map((one: object) => ({ ...one, steps: [] }))).toEqual(
      features.map((one) => ({ ...one, passes: true })),
    );
  });

  it('a question ends the run with 12 when only people are waited for; the answer is in the next brief', async () => {
    const features = [byFile('F001'), byFile('F002', { dependsOn: ['F001'] }), byFile('F003')];
    await using repo = await smallRepo({ red: false, features });
    const ask = `printf '{"claim":"needs-human","question":"Which colour?"}' > "$AGENTLOOP_OUTCOME"`;
    const brain = `command:if [ $AGENTLOOP_FEATURE != F001 ] || grep -q "blue, please" "$AGENTLOOP_BRIEF"; then touch $AGENTLOOP_FEATURE; else ${ask}; fi`;
    const ran = await night(repo.dir, brain);
    expect(ran.code, ran.err).toBe(12);
    expect(ran.err).toContain('Which colour?');
    const status = JSON.parse((await agentloop(repo.dir, ['status', '--json'])).out);
    expect(status.waitsForPerson).toMatchObject([
      { id: 'F001', question: 'Which colour?', command: 'agentloop answer F001 "your words"' },
    ]);
    expect(status.next).toBe('agentloop answer F001 "your words"');
    const wrong = await agentloop(repo.dir, ['answer', 'F01', 'blue']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Did you mean F001?')]);

    const answered = await agentloop(repo.dir, ['answer', 'F001', 'blue, please']);
    expect(answered.code, answered.err).toBe(0);
    const again = await night(repo.dir, brain);
    expect(again.code, again.err).toBe(0);
    expect(only(await eventsOf(repo.dir, 'night'), 'feature.reopened')).toMatchObject([
      { feature: 'F001', by: 'person', words: 'blue, please' },
    ]);
  });

  it('two features that undo each other: the final judge sets them back twice and ends the run with 13', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001'), byFile('F002')] });
    const ran = await night(repo.dir, 'command:rm -f F00*; touch $AGENTLOOP_FEATURE');
    expect(ran.code, ran.err).toBe(13);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'judge.ruled').filter(({ scope }) => scope === 'final')).toMatchObject([
      { lost: ['F001'] },
      { lost: ['F002'] },
    ]);
    const list = JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json')).features;
    expect(list).toMatchObject([{ passes: true }, { passes: false, blocked: expect.any(String) }]);
    // Whoever starts it again does not play the same game again.
    expect(only(events, 'feature.blocked')).toMatchObject([
      {
        feature: 'F002',
        breaker: 'ping-pong',
        why: expect.stringContaining('F002 and F001 undo each other'),
      },
    ]);
  });
});

describe('people steer from another shell', () => {
  it('pause lets the session end and starts no other, resume goes on; nothing running is said', async () => {
    const work = (id: string, ...before: object[]) => ({
      when: { feature: id },
      steps: [...before, { write: { path: id, content: '' } }],
    });
    await using script = await scriptFile([work('F001', { wait: { file: 'go' } }), work('F002')]);
    await using repo = await smallRepo({ red: false, features: [byFile('F001'), byFile('F002')] });
    const run = start(repo.dir, ['run', '--name', 'night', '--brain', script.brain]);
    await run.shows(/session 1\)/);
    expect((await agentloop(repo.dir, ['pause'])).code).toBe(0);
    await run.shows(/paused by/);
    await writeFile(join(script.folder, 'go'), '');
    await run.shows(/F001 landed/);
    const page = JSON.parse((await agentloop(repo.dir, ['status', '--json'])).out);
    expect(page).toMatchObject({
      alive: true,
      wait: { why: 'paused' },
      next: 'agentloop resume',
      counts: { sessions: 1 },
    });
    const resumed = await agentloop(repo.dir, ['resume']);
    expect([resumed.code, resumed.err]).toEqual([0, expect.stringContaining(`process ${run.child.pid}`)]);
    const ended = await run.done;
    expect(ended.code, ended.err).toBe(0);
    const order = (await eventsOf(repo.dir, 'night')).map(({ type, seq }) => ({ type, seq }));
    const at = (type: string) => order.filter((event) => event.type === type).map(({ seq }) => seq);
    expect(at('wait.ended')[0]).toBeLessThan(at('session.started')[1] as number);
    const nothing = await agentloop(repo.dir, ['pause']);
    expect([nothing.code, nothing.err]).toEqual([0, expect.stringContaining('Nothing is running')]);
  });
});

describe('a pause and kill -9', () => {
  it('the next process stays paused and says so; resume goes on', async () => {
    const write = { write: { path: 'F001', content: '' } };
    await using script = await scriptFile([
      { when: { feature: 'F001' }, steps: [{ wait: { file: 'go' } }, write] },
      { when: { feature: 'F001', nth: 2 }, steps: [write] },
    ]);
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const run = start(repo.dir, ['run', '--name', 'night', '--brain', script.brain]);
    await run.shows(/session 1\)/);
    await agentloop(repo.dir, ['pause']);
    await run.shows(/paused by/);
    run.child.kill('SIGKILL');
    await run.done;
    await writeFile(join(script.folder, 'go'), '');
    const again = start(repo.dir, ['run']);
    await again.shows(/Still paused by .*agentloop resume/);
    const page = JSON.parse((await agentloop(repo.dir, ['status', '--json'])).out);
    expect(page).toMatchObject({ alive: true, wait: { why: 'paused' }, next: 'agentloop resume' });
    expect((await agentloop(repo.dir, ['resume'])).code).toBe(0);
    const ended = await again.done;
    expect(ended.code, ended.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    const [goesOn] = only(events, 'wait.ended');
    const [, second] = only(events, 'session.started');
    expect(second?.seq).toBeGreaterThan(goesOn?.seq ?? Number.POSITIVE_INFINITY);
  });
});

describe('which run it is', () => {
  it('a run that was killed before its first event never was: its name is free', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    await mkdir(join(runFolder(repo.dir), 'inbox'), { recursive: true });
    await writeFile(join(runFolder(repo.dir), 'events.jsonl'), '');
    const ran = await night(repo.dir, doIt);
    expect(ran.code, ran.err).toBe(0);
  });

  it('a finished run that is not merged is named with the three ways on, and each of them works', async () => {
    await using repo = await smallRepo({ red: true });
    const brain = `command:${honest}`;
    expect((await night(repo.dir, brain)).code).toBe(0);
    const refused = await agentloop(repo.dir, ['run', '--brain', brain]);
    expect(refused.code).toBe(2);
    for (const way of [
      'git merge agentloop/night',
      'agentloop run --base agentloop/night',
      'agentloop run --new',
    ])
      expect(refused.err).toContain(way);

    const beside = await agentloop(repo.dir, ['run', '--new', '--name', 'beside', '--brain', brain]);
    expect(beside.code, beside.err).toBe(0);
    expect(await repo.git('merge-base', 'agentloop/night', 'agentloop/beside')).toBe(
      await repo.git('rev-parse', 'main'),
    );
    const onTop = await agentloop(repo.dir, [
      'run',
      '--base',
      'agentloop/night',
      '--name',
      'on-top',
      '--brain',
      brain,
    ]);
    expect(onTop.code, onTop.err).toBe(0);
    expect((await eventsOf(repo.dir, 'on-top'))[0]).toMatchObject({
      base: await repo.git('rev-parse', 'agentloop/night'),
    });

    await repo.git('merge', '-q', '--ff-only', 'agentloop/night');
    const merged = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', brain]);
    expect([merged.code, merged.err]).toEqual([
      2,
      expect.stringContaining('There is a run named night already'),
    ]);
    const next = await agentloop(repo.dir, ['run', '--name', 'next', '--brain', brain]);
    expect(next.code, next.err).toBe(0);
    expect(only(await eventsOf(repo.dir, 'next'), 'session.started')).toEqual([]);
    for (const [name, words] of [
      ['Night Shift', 'cannot be the name of a run'],
      ['init-x', 'cannot be the name of a run'],
      ['night.lock', 'cannot be the name of a run'],
      ['night..2', 'cannot be the name of a run'],
      ['night.', 'cannot be the name of a run'],
    ] as const) {
      const bad = await agentloop(repo.dir, ['run', '--new', '--name', name, '--brain', brain]);
      expect([bad.code, bad.err]).toEqual([2, expect.stringContaining(words)]);
    }
    const nowhere = await agentloop(repo.dir, ['run', '--base', 'nowhere', '--brain', brain]);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('no commit called nowhere')]);
  });
});

it('standing on the tip of an unfinished run is no reason to forget it: it goes on, under its cap', async () => {
  await using repo = await smallRepo({
    red: true,
    features: [feature('F001'), feature('F002', { proof: 'command', verify: 'test -f two' })],
  });
  const brain = `command:${honest}; [ $AGENTLOOP_FEATURE = F001 ] || touch two`;
  const asked = ['--max-cost', '5', '--allow-unknown-cost', '--max-sessions', '1'];
  expect((await agentloop(repo.dir, ['run', '--name', 'night', '--brain', brain, ...asked])).code).toBe(10);
  await repo.git('checkout', '-q', 'agentloop/night');
  const again = await agentloop(repo.dir, ['run', '--max-sessions', '5']);
  expect(again.code, again.err).toBe(0);
  const limits = (await eventsOf(repo.dir, 'night')).flatMap((event) =>
    event.type === 'limits.set' ? [event.limits] : [],
  );
  expect(limits.at(-1)).toMatchObject({ maxCostUsd: 5, maxSessions: 5 });
});
