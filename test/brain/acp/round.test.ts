import { existsSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Assignment, BrainEvent } from '../../../src/brain/brain.ts';
import { mcpServer } from '../../../src/brain/mcp/how-to-start.ts';
import { type PlainWorkspace, plainWorkspace } from '../../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf, refusal } from '../assignment.ts';
import { answers, asks, begin, beginAgain, played, program, type Step, says, update } from './played.ts';

let folder: string;
let workspace: PlainWorkspace;
let assignment: Assignment;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'acp-')));
  workspace = await plainWorkspace({ 'README.md': 'hello\n' });
  assignment = await assignmentIn(workspace, folder);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

const end = (events: readonly BrainEvent[]) => events.at(-1);
const types = () => assignment.transcript.entries.map(({ type }) => type);
const spent = (events: readonly BrainEvent[]) => events.filter(({ type }) => type === 'spent');

/** One round of an agent that plays this after its beginning. */
async function plays(
  steps: readonly Step[],
  change: Partial<Assignment> = {},
): Promise<readonly BrainEvent[]> {
  const { brain } = await played([[...begin, ...steps]], folder);
  return await eventsOf(brain, { ...assignment, ...change });
}

describe('what an agent is told', () => {
  test('where it stands, the whole brief, and that it has files and commands of its own', async () => {
    const { brain, heard } = await played([[...begin, answers('end_turn')]], folder);
    expect(end(await eventsOf(brain, assignment))).toEqual({ type: 'finished', claim: 'done', handoff: {} });
    expect(await heard()).toMatchObject([
      {
        method: 'initialize',
        params: {
          protocolVersion: 1,
          clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
        },
      },
      { method: 'session/new', params: { cwd: workspace.inside, mcpServers: [{ name: 'agentloop' }] } },
      {
        method: 'session/prompt',
        params: { sessionId: 's1', prompt: [{ type: 'text', text: assignment.brief }] },
      },
    ]);
    expect(types()).toEqual(['acp.started', 'acp.session', 'acp.ended']);
  });

  test('a server of tools of ours, with the variables it needs', async () => {
    const { command, args } = mcpServer();
    const { brain, heard } = await played([[...begin, answers('end_turn')]], folder);
    expect(brain.needs?.readOnly).toContain(command);
    await eventsOf(brain, assignment);
    const [, opened] = await heard();
    expect(opened).toMatchObject({
      params: {
        mcpServers: [
          {
            name: 'agentloop',
            command,
            args,
            env: expect.arrayContaining([
              { name: 'AGENTLOOP_OUTCOME', value: `${workspace.out.inside}/outcome.json` },
            ]),
          },
        ],
      },
    });
  });

  test('model and effort, where it offers them; without the model nothing is begun', async () => {
    const options = [
      {
        id: 'm',
        category: 'model',
        currentValue: 'a/one',
        options: [{ value: 'a/one' }, { value: 'a/two' }],
      },
    ];
    const opened: readonly Step[] = [
      ...begin.slice(0, 3),
      { '<': { id: 1, result: { sessionId: 's1', configOptions: options } } },
    ];
    const chosen: readonly Step[] = [
      ...opened,
      { '>': 'session/set_config_option' },
      { '<': { id: 2, result: {} } },
      { '>': 'session/prompt' },
      { '<': { id: 3, result: { stopReason: 'end_turn' } } },
    ];
    const two = await played([chosen], folder, { choose: { model: 'a/two', effort: 'high' } });
    const events = await eventsOf(two.brain, assignment);
    expect(end(events)).toMatchObject({ type: 'finished' });
    expect(events).toContainEqual({
      type: 'activity',
      text: 'The agent offers no effort "high". It lets nobody choose.',
    });
    expect((await two.heard())[2]).toMatchObject({
      params: { sessionId: 's1', configId: 'm', value: 'a/two' },
    });
    await rm(join(folder, 'heard.jsonl.turn'));
    const three = await played([opened], folder, { choose: { model: 'a/three' } });
    expect(end(await eventsOf(three.brain, assignment))).toMatchObject({
      failure: {
        kind: 'fatal',
        reason: expect.stringContaining('no model "a/three". It offers: a/one, a/two.'),
      },
    });
  });

  test.each([
    ['all', 'execute', 'id-allow_once'],
    ['read-only', 'execute', 'id-reject_once'],
    ['read-only', 'edit', 'id-reject_once'],
    ['read-only', 'read', 'id-allow_once'],
  ] as const)('with %s hands the answer to "may I %s?" is %s', async (hands, kind, optionId) => {
    const ask = asks(kind, 'allow_always', 'reject_once', 'allow_once');
    const { brain, heard } = await played([[...begin, ask, { '>': 'answer' }, answers('end_turn')]], folder);
    expect(end(await eventsOf(brain, { ...assignment, hands }))).toMatchObject({ type: 'finished' });
    expect((await heard()).at(-1)).toMatchObject({
      id: 'ask',
      result: { outcome: { outcome: 'selected', optionId } },
    });
  });

  test('that it may not, where it offers no answer that would do', async () => {
    const { brain, heard } = await played(
      [[...begin, asks('edit', 'allow_once'), { '>': 'answer' }, answers('end_turn')]],
      folder,
    );
    await eventsOf(brain, { ...assignment, hands: 'read-only' });
    expect((await heard()).at(-1)).toMatchObject({ result: { outcome: { outcome: 'cancelled' } } });
  });
});

describe('after a refusal', () => {
  const refused = (): Assignment => ({ ...assignment, refusal: refusal(1, 'Refusal 1: no test.') });
  const old = says('{"claim":"needs-human","question":"from before?"}');
  const goesOn: readonly Step[] = [{ '>': 'session/prompt' }, answers('end_turn')];
  const rounds = async (again: readonly Step[]) => {
    const { brain, heard } = await played([[...begin, answers('end_turn')], again], folder);
    await eventsOf(brain, assignment);
    const events = await eventsOf(brain, refused());
    return { events, heard: (await heard()).slice(3) };
  };

  test('the same conversation goes on with the reasons alone, and what is played again counts for nothing', async () => {
    const { events, heard } = await rounds(beginAgain(old, { '<': { id: 1, result: {} } }, old, ...goesOn));
    expect(end(events)).toEqual({ type: 'finished', claim: 'done', handoff: {} });
    expect(heard[1]).toMatchObject({
      method: 'session/load',
      params: { sessionId: 's1', cwd: workspace.inside },
    });
    expect(heard[2]).toMatchObject({ params: { prompt: [{ text: 'Refusal 1: no test.' }] } });
  });

  const isNew: readonly Step[] = [
    { '>': 'session/new' },
    { '<': { id: 2, result: { sessionId: 's2' } } },
    { '>': 'session/prompt' },
    { '<': { id: 3, result: { stopReason: 'end_turn' } } },
  ];
  test.each([
    ['cannot be loaded', { '<': { id: 1, error: { code: -32603, message: 'no such session' } } }],
    ['is empty when it is loaded', { '<': { id: 1, result: {} } }],
  ] as const)('where that %s, a new one begins with reasons and brief', async (_, answer) => {
    const { events, heard } = await rounds(beginAgain(answer, ...isNew));
    expect(end(events)).toMatchObject({ type: 'finished' });
    expect(heard.at(-1)).toMatchObject({
      params: {
        sessionId: 's2',
        prompt: [{ text: expect.stringMatching(/^Refusal 1: no test\.\n.*# Brief/s) }],
      },
    });
  });

  test('what a conversation has cost before is not counted again', async () => {
    const cost = (amount: number) =>
      update({ sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount, currency: 'USD' } });
    const usage = { usage: { inputTokens: 900, outputTokens: 20, totalTokens: 1020, cachedReadTokens: 100 } };
    const { brain } = await played(
      [
        [...begin, cost(0.25), answers('end_turn', usage)],
        beginAgain(
          old,
          { '<': { id: 1, result: {} } },
          { '>': 'session/prompt' },
          cost(0.75),
          answers('end_turn', usage),
        ),
      ],
      folder,
    );
    expect(spent(await eventsOf(brain, assignment))).toMatchObject([
      { usd: 0.25, usage: { inputTokens: 900 } },
    ]);
    expect(spent(await eventsOf(brain, refused()))).toMatchObject([
      { usd: 0.5, usage: { cacheReadTokens: 100 } },
    ]);
  });
});

describe('how a round ends', () => {
  test.each([
    ['refusal', 'declined'],
    ['max_tokens', 'context'],
    ['max_turn_requests', 'over-limit'],
    ['cancelled', 'crashed'],
    ['a new reason', 'crashed'],
  ])('the reason "%s" is %s', async (reason, kind) => {
    expect(end(await plays([answers(reason)]))).toMatchObject({ type: 'failed', failure: { kind } });
  });

  test('a claim stands in its last words, in one piece or many, fenced or not; a tool ends older words', async () => {
    const claim = '{"claim":"partial",\n "did":"a {brace}"}';
    const read = update({ sessionUpdate: 'tool_call', toolCallId: '1', title: 'reads', kind: 'read' });
    const older = says('{"claim":"stuck"}');
    const pieces = [...`So:\n\`\`\`json\n${claim}\n\`\`\`\n`].map(says);
    expect(end(await plays([older, read, ...pieces, answers('end_turn')]))).toEqual({
      type: 'finished',
      claim: 'partial',
      handoff: { did: 'a {brace}' },
    });
    await rm(join(folder, 'heard.jsonl.turn'));
    expect(end(await plays([older, read, says('Not {"claim": 1}'), answers('end_turn')]))).toMatchObject({
      claim: 'done',
    });
  });

  test.each([
    ['wants a login', { code: -32000, message: 'Authentication required' }, 'fatal'],
    [
      'has a key that is none',
      { code: -32603, message: 'Internal error', data: { details: '401 Incorrect' } },
      'fatal',
    ],
    ['meets a busy provider', { code: 429, message: 'slow down, try again in 90s' }, 'unavailable'],
    ['meets a broken provider', { code: -32603, message: 'Error: 503 bad gateway' }, 'unavailable'],
    ['has too long a prompt', { code: 413, message: 'large' }, 'context'],
    ['fails in a way of its own', { code: -32603, message: 'Internal error' }, 'crashed'],
  ])('an agent that %s', async (_, error, kind) => {
    const before = Date.now();
    const last = end(await plays([{ '<': { id: 2, error } }]));
    expect(last).toMatchObject({
      type: 'failed',
      failure: { kind, reason: expect.stringContaining('played-agent') },
    });
    if (error.code === 429) {
      const { until } = (last as { failure: { until: number } }).failure;
      expect(until - before).toBeGreaterThan(80_000);
    }
  });

  test('its stdin ends only when its conversation is written down, where that can be seen', async () => {
    const [written, left] = [join(folder, 'written'), join(folder, 'left')];
    const { brain } = await played([[...begin, answers('end_turn')]], folder, {
      command: `node '${program}'; [ -e '${written}' ] && touch '${left}'`,
      // Not kept, as far as this says, so that it leaves by itself.
      untilKept: (session, since) =>
        `[ ${session} = s1 ] && [ '${since}' \\> 2000 ] && touch '${written}'; exit 1`,
    });
    expect(end(await eventsOf(brain, assignment))).toMatchObject({ type: 'finished' });
    expect(existsSync(left)).toBe(true);
  });

  test('one that would stay, and has everything written down, is not waited for', async () => {
    const stays = [[...begin, answers('end_turn'), { hold: true }]] as const;
    for (const kept of [{ isKeptAtOnce: true }, { untilKept: () => 'true' }] as const) {
      // Who waited for it would wait longer than a test may take.
      const { brain } = await played(stays, folder, kept, { leaveMs: 600_000 });
      expect(end(await eventsOf(brain, assignment))).toMatchObject({ type: 'finished' });
    }
  });

  test('an agent that dies in the middle has crashed, and its last words are told', async () => {
    const { brain } = await played([[...begin, says('I will'), { exit: 3 }]], folder, {
      command: `sh -c 'node "${join(import.meta.dirname, 'play-agent.mjs')}"; code=$?; echo out of memory >&2; exit $code'`,
    });
    expect(end(await eventsOf(brain, assignment))).toMatchObject({
      failure: { kind: 'crashed', reason: expect.stringMatching(/exit code 3: out of memory/) },
    });
  });

  test('one that ends well before it has answered has crashed; it reads nothing, which harms nobody', async () => {
    const { brain } = await played([[{ exit: 0 }]], folder);
    expect(end(await eventsOf(brain, { ...assignment, brief: 'x'.repeat(300_000) }))).toMatchObject({
      failure: { kind: 'crashed', reason: expect.stringContaining('ended before it had answered') },
    });
  });

  test('one that asks without end and never reads has crashed, not we', async () => {
    const ask = JSON.stringify({ jsonrpc: '2.0', id: 'x', method: 'session/request_permission', params: {} });
    const { brain } = await played([[{ raw: `${ask}\n`.repeat(12_000) }, { hold: true }]], folder);
    expect(end(await eventsOf(brain, assignment))).toMatchObject({
      failure: { kind: 'crashed', reason: expect.stringContaining('did not read') },
    });
  });

  test('one that is not there is for a person', async () => {
    const { brain } = await played([[]], folder, { command: 'no-such-agent --acp' });
    expect(end(await eventsOf(brain, assignment))).toMatchObject({ failure: { kind: 'fatal' } });
  });

  test('one that speaks another version of the protocol is for a person', async () => {
    const { brain } = await played(
      [[{ '>': 'initialize' }, { '<': { id: 0, result: { protocolVersion: 2 } } }]],
      folder,
    );
    expect(end(await eventsOf(brain, assignment))).toMatchObject({
      failure: { kind: 'fatal', reason: expect.stringContaining('version 2') },
    });
  });

  test('one that is silent for too long is over the limit', async () => {
    const limits = { ...assignment.limits, idleMs: 700 };
    expect(end(await plays([{ hold: true }], { limits }))).toMatchObject({
      failure: { kind: 'over-limit', reason: expect.stringContaining('printed nothing') },
    });
  });
});

describe('while it works', () => {
  const tool = (id: string, status: string): Step =>
    update({ sessionUpdate: 'tool_call', toolCallId: id, title: `tool ${id}`, kind: 'execute', status });

  test('an abort asks it to stop first, so that it can end its tools, and then it is ended', async () => {
    const { brain, heard } = await played(
      [[...begin, says('begun'), { '>': 'session/cancel' }, says('put away'), answers('cancelled')]],
      folder,
    );
    const stop = new AbortController();
    const events: BrainEvent[] = [];
    for await (const event of brain.work(assignment, stop.signal)) {
      events.push(event);
      if (event.type === 'activity' && event.text === 'begun') stop.abort();
    }
    expect(end(events)).toMatchObject({ failure: { kind: 'interrupted' } });
    expect((await heard()).at(-1)).toMatchObject({ method: 'session/cancel', params: { sessionId: 's1' } });
    expect(events).toContainEqual({ type: 'activity', text: expect.stringContaining('put away') });
  });

  test('turns and calls of tools are counted, and it is asked to stop beyond the limit', async () => {
    const calls = ['1', '2', '3'].flatMap((id) => [tool(id, 'pending'), tool(id, 'completed')]);
    const stops: readonly Step[] = [...calls, { '>': 'session/cancel' }, answers('cancelled')];
    const limits = { ...assignment.limits, turns: 2 };
    expect(end(await plays(stops, { limits }))).toMatchObject({
      failure: { kind: 'over-limit', reason: 'It took more than 2 turns.' },
    });
    await rm(join(folder, 'heard.jsonl.turn'));
    // Those of the round before, of the same session, count too.
    const more = { ...assignment.limits, toolCalls: 5 };
    expect(end(await plays(stops, { limits: more }))).toMatchObject({
      failure: { kind: 'over-limit', reason: 'It made more than 5 calls of tools.' },
    });
    expect(end(await plays(stops, { limits: { ...assignment.limits, turns: 6 } }))).toMatchObject({
      failure: { kind: 'over-limit', reason: 'The session has had its 6 turns.' },
    });
  });

  test('what a call of the model used is told at once, and no more is spent when the purse says so', async () => {
    const used = update({
      sessionUpdate: 'agent_message_chunk',
      content: { type: 'text', text: '' },
      _meta: { usage: { inputTokens: 1000, outputTokens: 20, totalTokens: 1020, cachedReadTokens: 100 } },
    });
    const { brain } = await played(
      [[...begin, used, { '>': 'session/cancel' }, answers('cancelled')]],
      folder,
      {
        model: 'm-1',
      },
      { prices: { 'm-1': { input: 1000, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 } } },
    );
    let asked = 0;
    const mayspend = () => (asked++ > 0 ? 'The cap is reached.' : undefined);
    const events = await eventsOf(brain, { ...assignment, mayspend });
    expect(spent(events)).toEqual([
      {
        type: 'spent',
        usage: { inputTokens: 900, outputTokens: 20, cacheReadTokens: 100, cacheWriteTokens: 0 },
        usd: 0.9,
        model: 'm-1',
      },
    ]);
    expect(end(events)).toMatchObject({ failure: { kind: 'over-limit', reason: 'The cap is reached.' } });
  });

  test('messages as long as lines get, and what is no message at all, are no trouble', async () => {
    const printed = vi.spyOn(console, 'error');
    const events = await plays([
      { raw: 'Welcome!\n{"jsonrpc":"2.0"}\n[]\nnull\n{"half\n' },
      { '<': { id: 77, result: {} } },
      { '<': { method: 'session/update', params: 'nonsense' } },
      { '<': { method: '_other/thing', params: {} } },
      update({ sessionUpdate: 'something_new' }),
      update({
        sessionUpdate: 'tool_call_update',
        toolCallId: '1',
        rawInput: { text: 'x'.repeat(3_000_000) },
      }),
      says(`${'y'.repeat(2_000_000)}\n{"claim":"stuck"}`),
      answers('end_turn'),
    ]);
    expect(end(events)).toMatchObject({ type: 'finished', claim: 'stuck' });
    expect(printed).not.toHaveBeenCalled();
    const inAll = assignment.transcript.entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0);
    expect(inAll).toBeLessThan(60_000);
  });

  test('a cost nobody tells is known to be unknown', async () => {
    expect(spent(await plays([answers('end_turn')]))).toMatchObject([
      { usd: null, usage: { inputTokens: 0 } },
    ]);
  });
});
