import { describe, expect, it } from 'vitest';
import type { Recorded, RecordedOf } from '../../src/ledger/event.ts';
import { call } from '../helpers/messages-script.ts';
import { messagesServer } from '../helpers/messages-server.ts';
import { agentloop, eventsOf } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { feature, smallRepo } from './small-repo.ts';

const byFile = (id: string) => feature(id, { proof: 'command', verify: `test -f ${id}` });
const only = <T extends Recorded['type']>(events: readonly Recorded[], type: T) =>
  events.filter((event): event is RecordedOf<T> => event.type === type);
const claim = (kind: string) => ({ claim: { claim: kind, did: 'It is there.' } });
const night = (dir: string, brain: string, ...more: string[]) =>
  agentloop(dir, ['run', '--name', 'night', '--brain', brain, ...more]);

describe('brakes', () => {
  it('the cap of a day holds for all runs of the repository; the worst case of the next call counts', async () => {
    const pays = (id: string, usd: number) => ({
      when: { feature: id },
      steps: [{ usage: { usd } }, { write: { path: id, content: '' } }],
    });
    await using script = await scriptFile([pays('F001', 0.6), pays('F002', 0.5)]);
    await using repo = await smallRepo({ red: false, features: [byFile('F001'), byFile('F002')] });
    const ran = await night(repo.dir, script.brain, '--max-cost-per-day', '1');
    expect(ran.code, ran.err).toBe(10);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.at(-1)).toMatchObject({ reason: 'max-cost-per-day', landed: 1, left: 1 });
    expect(only(events, 'brain.failed')).toMatchObject([{ limit: 'day-cost', kind: 'over-limit' }]);
    expect(only(events, 'session.ended').at(-1)).toMatchObject({ outcome: 'interrupted', counts: false });
    // Another run of the same day: nothing is left for it to begin with.
    const args = ['run', '--new', '--name', 'late', '--brain', script.brain, '--max-cost-per-day', '0.6'];
    const late = await agentloop(repo.dir, args);
    expect(late.code, late.err).toBe(11);
    expect(only(await eventsOf(repo.dir, 'late'), 'session.started')).toHaveLength(0);
    const status = JSON.parse((await agentloop(repo.dir, ['status', '--json'])).out);
    expect(status.stopped).toMatchObject({
      reason: 'max-cost-per-day',
      detail: '0.60 of 0.60 US dollars of this day are spent',
    });
    expect(status.next).toBe('agentloop run --max-cost-per-day <dollars>');
  });

  it('tokens and calls of tools are limited, and what the next call may use is reserved', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const turn = (n: number) => ({
      say: [
        call('bash', { command: `echo ${n}` }),
        call('glob', { pattern: '*' }),
        call('glob', { pattern: '**' }),
      ],
      usage: { input_tokens: 1000, output_tokens: 100 },
    });
    const key = 'test-key-3f9a1c5e7d';
    await using server = await messagesServer([turn(1), turn(2), turn(3), turn(4)], key);
    const env = {
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: key,
      AGENTLOOP_LIMITS_SESSION_TOOL_CALLS: '5',
    };
    const args = ['run', '--name', 'night', '--max-sessions', '1'];
    const ran = await agentloop(repo.dir, args, env);
    expect(ran.code, ran.err).toBe(11);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'brain.failed')).toMatchObject([
      { kind: 'over-limit', reason: 'The session has had its 5 calls of tools.' },
    ]);
    expect(JSON.stringify(server.requests.at(-1)?.body)).toContain(
      '2 calls of tools are left in this session',
    );

    // 2,200 are used; a call may write 32,000 more.
    const more = await agentloop(repo.dir, ['run', '--max-sessions', '9', '--max-tokens', '20000'], env);
    expect(more.code, more.err).toBe(11);
    const after = await eventsOf(repo.dir, 'night');
    expect(after.at(-1)).toMatchObject({ reason: 'max-tokens' });
    expect(only(after, 'brain.failed').at(-1)).toMatchObject({ limit: 'run-tokens' });
    expect(server.requests).toHaveLength(2);
  });

  it('the same work, the same refusal and the same crash block a feature with their reason, and the rest goes on', async () => {
    const lies = { steps: [claim('done')], afterRefusal: Array.from({ length: 9 }, () => [claim('done')]) };
    const tries = (text: string) => [{ write: { path: 'try', content: text } }, claim('done')];
    await using script = await scriptFile([
      { when: { feature: 'F001' }, ...lies },
      {
        when: { feature: 'F002' },
        steps: tries('0'),
        afterRefusal: [1, 2, 3, 4, 5].map((n) => tries(String(n))),
      },
      { when: { feature: 'F003' }, steps: [{ fail: { kind: 'crashed', reason: 'no such flag' } }] },
      { when: { feature: 'F004' }, steps: [{ write: { path: 'F004', content: '' } }] },
    ]);
    const limits = { sameWork: 3, sameRefusals: 4, refusalsPerSession: 9, sessionsPerFeature: 5 };
    const features = ['F001', 'F002', 'F003', 'F004'].map(byFile);
    await using repo = await smallRepo({ red: false, features, config: { limits } });
    const ran = await night(repo.dir, script.brain);
    expect(ran.code, ran.err).toBe(10);
    const events = await eventsOf(repo.dir, 'night');
    const blocked = only(events, 'feature.blocked').map(({ feature: id, breaker }) => [id, breaker]);
    expect(blocked.toSorted()).toEqual([
      ['F001', 'same-work'],
      ['F002', 'same-refusal'],
      ['F003', 'same-crash'],
    ]);
    // The breaker ends the conversation, too; two sessions are what the same crash takes.
    const sessions = only(events, 'session.started').map((event) => event.feature);
    expect(sessions.toSorted()).toEqual(['F001', 'F002', 'F003', 'F003', 'F004']);
    const report = (await agentloop(repo.dir, ['report'])).out;
    expect(report).toContain('the very same work was refused 3 times');
    expect(report).toContain('refused 4 times in a row for the same reasons');
    expect(report).toMatch(/crashed 2 times in a row with the same words: no such flag/);
  });

  it('a brain that dies the same way whatever it works on stops the run before it has cost every feature', async () => {
    const features = ['F001', 'F002', 'F003', 'F004'].map(byFile);
    await using repo = await smallRepo({ red: false, features });
    const ran = await night(repo.dir, 'command:echo "unknown flag --fast" >&2; exit 2');
    expect(ran.code, ran.err).toBe(11);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'session.started')).toHaveLength(4);
    expect(events.at(-1)).toMatchObject({
      reason: 'no-progress',
      detail: expect.stringContaining('the brain crashed 4 times in a row with the same words'),
    });
  });
});
