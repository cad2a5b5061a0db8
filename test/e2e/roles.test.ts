import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Recorded, RecordedOf } from '../../src/ledger/event.ts';
import { call } from '../helpers/messages-script.ts';
import { messagesServer } from '../helpers/messages-server.ts';
import { agentloop, eventsOf, runFolder } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { honest, smallRepo } from './small-repo.ts';

const only = <T extends Recorded['type']>(events: readonly Recorded[], type: T) =>
  events.filter((event): event is RecordedOf<T> => event.type === type);
const checks = [{ name: 'tests', command: 'node --test' }];
const judge = { checks, mutants: { enabled: false } };
const plan = (next: string) => [{ claim: { claim: 'done', next } }];
const noObjection = { opinion: { opinion: 'no-objection' } };

describe('roles', () => {
  it('a plan stands in the brief, one that came to nothing is made anew, and a fallback speaks for an evaluator over its cap', async () => {
    const config = { judge, roles: { evaluator: { limits: { sessionCost: 0.5 } } } };
    await using repo = await smallRepo({ red: true, config });
    await using script = await scriptFile([
      { when: { role: 'planner', session: 1 }, steps: plan('where: src/plus.js, by key-1234abcd') },
      { when: { role: 'planner', session: 2 }, steps: plan('where: src/sum.js') },
      { when: { role: 'coder', session: 1 }, steps: [{ claim: { claim: 'stuck', did: 'No plus.' } }] },
      { when: { role: 'coder', session: 2 }, steps: [{ run: { command: honest } }] },
      { when: { role: 'evaluator' }, steps: [{ usage: { usd: 0.4 } }, { usage: { usd: 0.3 } }, noObjection] },
    ]);
    await using other = await scriptFile([{ when: { role: 'evaluator' }, steps: [noObjection] }]);
    const cast = ['planner', 'evaluator'].flatMap((role) => ['--role', `${role}=${script.brain}`]);
    const args = ['run', '--name', 'night', '--brain', script.brain, ...cast, '--max-sessions', '1'];
    const env = { SOME_API_KEY: 'key-1234abcd' };
    await agentloop(repo.dir, [...args, '--role', `evaluator.fallback=${other.brain}`], env);
    // Who they are is remembered.
    const ran = await agentloop(repo.dir, ['run', '--max-sessions', '2']);
    expect(ran.code, ran.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'plan.made')).toMatchObject([
      { feature: 'F001', session: 1, text: expect.stringMatching(/^where: src\/plus\.js, by (?!key)/) },
      { feature: 'F001', session: 2, text: 'where: src/sum.js' },
    ]);
    const brief = (name: string) => readFile(join(runFolder(repo.dir), 'briefs', name), 'utf8');
    expect(await brief('1.txt')).toMatch(/<plan>\n {2}where: src\/plus\.js, by (?!key)/);
    expect(await brief('2.planner.txt')).toMatch(/<plan>\n {2}where: src\/plus\.js/);
    expect(await brief('2.txt')).toContain('<plan>\n  where: src/sum.js\n</plan>');
    expect(only(events, 'brain.failed')).toMatchObject([
      { role: 'evaluator', brain: expect.stringMatching(/^scripted:/), kind: 'over-limit', fallsBack: true },
    ]);
    const second = only(events, 'brain.finished').filter(({ role }) => role === 'evaluator');
    expect(second).toMatchObject([{ fallback: true, told: { file: '2.evaluator-2.txt' } }]);
    expect(second[0]?.brain).not.toBe(only(events, 'brain.failed')[0]?.brain);
    expect(only(events, 'work.landed').map(({ feature }) => feature)).toContain('F001');
    expect(ran.err).toContain('the planner has a plan: where: src/sum.js');
    expect((await agentloop(repo.dir, ['transcript', '1.planner'])).out).toContain('where: src/plus.js');
    expect((await agentloop(repo.dir, ['events', '--check'])).code).toBe(0);
  });

  it('a planner out of time costs nothing but its time, and one that finds a contradiction parks the feature', async () => {
    const roles = { planner: { limits: { sessionTime: '300ms' } } };
    await using repo = await smallRepo({ red: true, config: { judge, roles } });
    const args = ['run', '--name', 'night', '--brain', `command:${honest}`];
    await using asks = await scriptFile([
      { when: { nth: 1 }, steps: [{ claim: { claim: 'needs-human', question: 'Is 2 + 2 to be 5?' } }] },
    ]);
    const asked = await agentloop(repo.dir, [...args, '--role', `planner=${asks.brain}`]);
    expect(asked.code, asked.err).toBe(12);
    const first = await eventsOf(repo.dir, 'night');
    expect(only(first, 'feature.parked')).toMatchObject([{ feature: 'F001', question: 'Is 2 + 2 to be 5?' }]);
    expect(only(first, 'session.started')).toEqual([]);
    expect((await agentloop(repo.dir, ['answer', 'F001', 'No.'])).code).toBe(0);
    const ran = await agentloop(repo.dir, ['run', '--role', 'planner=command:sleep 60']);
    expect(ran.code, ran.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'plan.missed')).toMatchObject([
      { why: expect.stringMatching(/^the planner failed: .*time/) },
    ]);
    expect(only(events, 'session.ended')).toMatchObject([{ outcome: 'landed' }]);
  });

  it('the built-in brain plans with hands that only read, and each role has its own number of calls', async () => {
    const limits = { sessionsPerFeature: 1 };
    const roles = { coder: { limits: { sessionTurns: 2 } }, planner: { limits: { sessionToolCalls: 1 } } };
    await using repo = await smallRepo({ red: true, config: { judge, limits, roles } });
    const key = 'test-key-3f9a1c5e7d';
    const asked: { planner: boolean; tools: string[]; system: string }[] = [];
    await using server = await messagesServer(({ body }) => {
      const told = JSON.stringify(body.messages[0]);
      const planner = told.includes('You plan one feature');
      const tools = ((body.tools ?? []) as { name: string }[]).map(({ name }) => name);
      asked.push({ planner, tools, system: JSON.stringify(body.system) });
      if (!planner) return { say: [call('bash', { command: 'true' })] };
      const isFirst = body.messages.length === 1;
      if (isFirst) return { say: [call('read', { path: 'src/product.js' })] };
      return { say: [call('claim', { claim: 'done', next: 'where: src/sum.js' })] };
    }, key);
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: key };
    const args = ['run', '--name', 'night', '--role', 'planner=anthropic:claude-opus-5'];
    expect((await agentloop(repo.dir, args, env)).code).toBe(11);
    const [first] = asked;
    expect(first?.tools).toEqual(['read', 'grep', 'glob', 'claim']);
    expect(first?.system).toContain('the plan is its `next`');
    expect(asked.map(({ planner }) => planner)).toEqual([true, true, false, false]);
    const events = await eventsOf(repo.dir, 'night');
    expect(only(events, 'plan.made')).toMatchObject([{ text: 'where: src/sum.js' }]);
    expect(only(events, 'brain.finished')).toMatchObject([
      { role: 'planner', brain: 'anthropic', model: 'claude-opus-5' },
    ]);
    expect(only(events, 'brain.failed')).toMatchObject([
      { kind: 'over-limit', reason: 'The session has had its 2 model calls.' },
    ]);
  });

  it('an initializer that has no key leaves the plan to its fallback, in a session of its own', async () => {
    await using repo = await smallRepo({ red: false });
    await repo.git('rm', '-q', 'feature-list.json', 'init.sh', 'AGENTS.md', 'agentloop.config.json');
    await repo.git('commit', '-qm', 'no plan');
    const feature = { id: 'F001', title: 'Add', description: 'sum', steps: [], priority: 1, dependsOn: [] };
    const list = { version: 1, spec: '', features: [{ ...feature, proof: 'tests', passes: false }] };
    const write = (path: string, content: string) => ({ write: { path, content } });
    await using other = await scriptFile([
      {
        when: { role: 'initializer', session: 2 },
        steps: [
          write('feature-list.json', JSON.stringify(list)),
          write('init.sh', '#!/bin/sh\nexit 0\n'),
          write('AGENTS.md', '# sum\n'),
          write('agentloop.config.json', JSON.stringify({ judge: { checks } })),
        ],
      },
    ]);
    await using broken = await scriptFile([
      { steps: [{ fail: { kind: 'fatal', reason: 'There is no credit left.', help: 'Pay.' } }] },
    ]);
    const cast = ['--brain', broken.brain, '--role', `initializer.fallback=${other.brain}`];
    const ran = await agentloop(repo.dir, ['init', 'Add two numbers', ...cast]);
    expect(ran.code, ran.err).toBe(0);
    const run = (await agentloop(repo.dir, ['status', '--json'])).out;
    const events = await eventsOf(repo.dir, JSON.parse(run).run);
    expect(only(events, 'session.started')).toMatchObject([{ session: 1 }, { session: 2, fallback: true }]);
    expect(only(events, 'brain.failed')).toMatchObject([{ session: 1, kind: 'fatal', fallsBack: true }]);
  });
});
