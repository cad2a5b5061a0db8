import { describe, expect, it } from 'vitest';
import type { Recorded, RecordedOf } from '../../src/ledger/event.ts';
import { call } from '../helpers/messages-script.ts';
import { messagesServer } from '../helpers/messages-server.ts';
import { agentloop, eventsOf } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { feature, smallRepo } from './small-repo.ts';

const byFile = (id: string, more: object = {}) =>
  feature(id, { proof: 'command', verify: `test -f ${id}`, ...more });
const only = <T extends Recorded['type']>(events: readonly Recorded[], type: T) =>
  events.filter((event): event is RecordedOf<T> => event.type === type);
const limits = { sessionsPerFeature: 1, refusalsPerSession: 0 };
const stuck = { steps: [{ claim: { claim: 'stuck', did: 'I do not know how.' } }] };
const works = (id: string) => ({ when: { feature: id }, steps: [{ write: { path: id, content: '' } }] });

describe('one more session, by another brain', () => {
  it('a blocked feature waits until all else is tried, then the fallback brings it and what depends on it goes on', async () => {
    await using coder = await scriptFile([
      { when: { feature: 'F001' }, ...stuck },
      works('F002'),
      works('F003'),
    ]);
    await using other = await scriptFile([works('F001')]);
    const features = [byFile('F001'), byFile('F002', { dependsOn: ['F001'] }), byFile('F003')];
    await using repo = await smallRepo({ red: false, features, config: { limits } });
    const args = [
      'run',
      '--name',
      'night',
      '--brain',
      coder.brain,
      '--role',
      `coder.fallback=${other.brain}`,
    ];
    const ran = await agentloop(repo.dir, args);
    expect(ran.code, ran.err).toBe(0);
    const sessions = only(await eventsOf(repo.dir, 'night'), 'session.started');
    expect(sessions.map((event) => [event.feature, event.brain, event.fallback])).toEqual([
      ['F001', expect.any(String), undefined],
      ['F003', expect.any(String), undefined],
      ['F001', expect.any(String), true],
      ['F002', expect.any(String), undefined],
    ]);
    expect(sessions[2]?.brain).not.toBe(sessions[0]?.brain);
    expect(ran.err).toContain('by the fallback');
    expect((await agentloop(repo.dir, ['report'])).out).toMatch(/The fallback .* brought it/);
    const list = JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json')).features;
    expect(list.every((one: { passes: boolean; blocked?: string }) => one.passes && !one.blocked)).toBe(true);
  });

  it('where it brings nothing either, the feature is blocked for good, also in a later run, until somebody answers', async () => {
    await using coder = await scriptFile([{ ...works('F001'), when: { session: 3 } }, stuck]);
    await using other = await scriptFile([stuck]);
    await using repo = await smallRepo({ red: false, features: [byFile('F001')], config: { limits } });
    const args = [
      'run',
      '--name',
      'night',
      '--brain',
      coder.brain,
      '--role',
      `coder.fallback=${other.brain}`,
    ];
    expect((await agentloop(repo.dir, args)).code).toBe(11);
    const again = await agentloop(repo.dir, ['run']);
    expect(again.code, again.err).toBe(11);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'session.started').map(({ fallback }) => fallback)).toEqual([undefined, true]);
    expect(only(events, 'feature.blocked').map(({ why }) => why)).toEqual([
      '1 session failed',
      expect.stringMatching(/^1 session failed; then the fallback scripted.* did not bring it either$/),
    ]);
    expect((await agentloop(repo.dir, ['answer', 'F001', 'touch it'])).code).toBe(0);
    const answered = await agentloop(repo.dir, ['run']);
    expect(answered.code, answered.err).toBe(0);
  });

  it('--role coder.fallback is another model of the same brain, told in the trailer', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')], config: { limits } });
    const key = 'test-key-3f9a1c5e7d';
    const asked: string[] = [];
    await using server = await messagesServer(({ body }) => {
      asked.push(body.model);
      const isFirst = body.messages.length === 1;
      if (body.model !== 'claude-opus-5') return { say: [call('claim', { claim: 'stuck', did: 'no' })] };
      return {
        say: [
          isFirst ? call('bash', { command: 'touch F001' }) : call('claim', { claim: 'done', did: 'yes' }),
        ],
      };
    }, key);
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: key };
    const ran = await agentloop(
      repo.dir,
      ['run', '--name', 'night', '--role', 'coder.fallback=anthropic:claude-opus-5'],
      env,
    );
    expect(ran.code, ran.err).toBe(0);
    expect(new Set(asked.slice(1))).toEqual(new Set(['claude-opus-5']));
    expect(asked[0]).not.toBe('claude-opus-5');
    expect(
      await repo.git('log', '-1', '--format=%(trailers:key=Assisted-by,valueonly)', 'agentloop/night'),
    ).toBe('agentloop:claude-opus-5');
  });

  it('the fallback has its rounds to itself: where the coder went in circles says nothing of it', async () => {
    const nothing = [{ claim: { claim: 'done', did: 'It is there.' } }];
    await using coder = await scriptFile([{ steps: nothing, afterRefusal: [nothing] }]);
    await using other = await scriptFile([
      { ...works('F001'), steps: nothing, afterRefusal: [works('F001').steps] },
    ]);
    const config = { limits: { sameWork: 2, refusalsPerSession: 2 } };
    await using repo = await smallRepo({ red: false, features: [byFile('F001')], config });
    const args = [
      'run',
      '--name',
      'night',
      '--brain',
      coder.brain,
      '--role',
      `coder.fallback=${other.brain}`,
    ];
    const ran = await agentloop(repo.dir, args);
    expect(ran.code, ran.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'feature.blocked')).toMatchObject([{ breaker: 'same-work' }]);
  });

  it('a model alone is refused beside a brain that has none', async () => {
    await using repo = await smallRepo({ red: false, features: [byFile('F001')] });
    const env = { AGENTLOOP_ROLES_CODER_FALLBACK_MODEL: 'claude-opus-5' };
    const ran = await agentloop(repo.dir, ['run', '--brain', 'command:true'], env);
    expect([ran.code, ran.err]).toEqual([
      2,
      expect.stringContaining('--role coder.fallback=anthropic:<model>'),
    ]);
  });
});
