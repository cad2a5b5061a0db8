import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claudeTranslator } from '../../../src/brain/agents/claude.ts';
import { codexTranslator } from '../../../src/brain/agents/codex.ts';
import { meaningOfRound } from '../../../src/brain/agents/end-of-round.ts';
import { Hearing } from '../../../src/brain/agents/hearing.ts';
import { type Before, nothingUsed } from '../../../src/brain/agents/told-before.ts';
import type { BrainEvent } from '../../../src/brain/brain.ts';
import { Chatter } from '../../../src/brain/chatter.ts';
import { readPrices } from '../../../src/brain/prices.ts';
import { openTranscript, type TranscriptEntry } from '../../../src/ledger/transcript.ts';
import { shippedProviders } from '../../../src/policy/providers.ts';

/** When the streams were recorded. */
const now = Date.parse('2026-11-20T20:33:46Z');
const resets = 1795214021000;

interface Heard {
  readonly end: BrainEvent;
  readonly spent: readonly BrainEvent[];
  readonly entries: readonly TranscriptEntry[];
  readonly hearing: Hearing;
  readonly stopped: readonly string[];
}

interface Circumstances {
  readonly code?: number | null;
  readonly before?: Partial<Before>;
  readonly limits?: { readonly turns: number; readonly toolCalls?: number };
  readonly stderr?: string;
}

/** Hears a recorded stream as a round would. */
async function replay(name: string, given: Circumstances = {}): Promise<Heard> {
  const prices = await readPrices();
  const isClaude = name.startsWith('claude');
  const model = isClaude ? 'claude-sonnet-4-5' : 'gpt-5.5';
  const translator = isClaude
    ? claudeTranslator({ model, effort: undefined, prices })
    : codexTranslator({ model, effort: undefined });
  const file = join(import.meta.dirname, 'recorded', `${name}.jsonl`);
  const text = given.stderr === undefined ? await readFile(file, 'utf8') : given.stderr;
  const folder = await mkdtemp(join(tmpdir(), 'recorded-'));
  const transcript = await openTranscript(join(folder, 'transcript.jsonl'));
  const chatter = new Chatter(transcript, 'agent');
  const listener = translator.listen();
  const stopped: string[] = [];
  const hearing = new Hearing({
    listener,
    chatter,
    before: { usage: nothingUsed, usd: 0, turns: 0, calls: 0, ...given.before },
    limits: given.limits ?? { turns: 50 },
    model,
    prices,
    stop: (why) => stopped.push(why),
  });
  for (const line of text.trimEnd().split('\n')) hearing.line(line, 'stdout');
  const spent: BrainEvent[] = [];
  for await (const event of chatter.activity(Promise.resolve()))
    if (event.type === 'spent') spent.push(event);
  const rest = hearing.rest();
  if (rest !== undefined) spent.push(rest);
  await chatter.written();
  const { code = 0 } = given;
  const end = meaningOfRound({
    name: translator.name,
    finished: { code, signal: code === null ? 'SIGTERM' : null, ended: null, output: '', bytes: 0, ms: 0 },
    end: listener.end(hearing.said),
    outcome: { kind: 'none' },
    said: hearing.said,
    over: undefined,
    aborted: false,
    limits: { idleMs: 1000 },
    providers: shippedProviders(),
    now,
  });
  await transcript.close();
  await rm(folder, { recursive: true });
  return { end, spent, entries: transcript.entries, hearing, stopped };
}

describe('what a recorded round came to', () => {
  const finished = (claim: string, did?: string) => ({
    type: 'finished',
    claim,
    handoff: did === undefined ? {} : { did },
  });
  const failure = (kind: string, more: object = {}) => ({ type: 'failed', failure: { kind, ...more } });
  const about = (words: RegExp) => ({ reason: expect.stringMatching(words) });

  test.each<[string, number | null, object]>([
    ['claude-ok', 0, finished('done', 'wrote out.txt')],
    ['claude-resumed', 0, finished('partial', 'more')],
    ['claude-denied', 0, finished('done')],
    ['claude-usage-limit', 1, failure('unavailable', { until: resets, ...about(/5-hour limit/) })],
    [
      'claude-401',
      1,
      failure('fatal', { ...about(/Invalid API key/), help: expect.stringMatching(/Log in/) }),
    ],
    ['claude-429', 1, failure('unavailable', about(/429/))],
    ['claude-529', 1, failure('unavailable', about(/Overloaded/))],
    ['claude-cut', 1, failure('unavailable', about(/ECONNRESET/))],
    ['claude-too-long', 1, failure('context', about(/[Pp]rompt is too long/))],
    ['claude-no-credit', 1, failure('fatal', { help: expect.stringMatching(/credit/) })],
    ['claude-refusal', 1, failure('declined')],
    ['claude-max-turns', 1, failure('over-limit', about(/maximum number of turns \(1\)/))],
    ['claude-budget', 1, failure('over-limit', about(/maximum budget/))],
    ['claude-sigterm', 143, failure('crashed', about(/143 \(SIGTERM\)/))],
    ['claude-sigterm', 0, failure('crashed', about(/without a last message/))],
    ['codex-ok', 0, finished('done', 'wrote out.txt')],
    ['codex-resumed', 0, finished('partial', 'more')],
    ['codex-failed-tool', 0, finished('done')],
    ['codex-usage-limit', 1, failure('unavailable', { until: resets, ...about(/usage limit/) })],
    ['codex-401', 1, failure('fatal', { help: expect.stringMatching(/Log in/) })],
    ['codex-429', 1, failure('unavailable', about(/429/))],
    ['codex-500', 1, failure('unavailable', about(/high demand/))],
    ['codex-503', 1, failure('unavailable', about(/at capacity/))],
    ['codex-cut', 1, failure('unavailable', about(/stream disconnected/))],
    ['codex-400', 1, failure('context')],
    ['codex-quota', 1, failure('fatal', { help: expect.stringMatching(/credit/) })],
    ['codex-sigterm', null, failure('crashed', about(/killed by SIGTERM/))],
  ])('%s, exit code %s', async (name, code, expected) => {
    const { end } = await replay(name, { code });
    expect(end).toMatchObject(expected);
  });

  test.each(['claude-ok', 'codex-ok'])('%s with exit code 1 is not believed', async (name) => {
    expect((await replay(name, { code: 1 })).end).toMatchObject(failure('crashed'));
  });

  test('a reset that codex tells as a time of day is one of the clock it was run with', async () => {
    const said =
      '{"type":"turn.failed","error":{"message":"You’ve hit your usage limit. Try again at 10:33 PM."}}';
    const { end } = await replay('codex', { code: 1, stderr: said });
    expect(end).toMatchObject(failure('unavailable', { until: Date.parse('2026-11-20T22:33:00Z') }));
  });
});

describe('what a recorded round cost', () => {
  const spent = (inputTokens: number, outputTokens: number, usd: number | null) => ({
    type: 'spent',
    usage: { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 },
    usd: usd === null ? null : expect.closeTo(usd, 9),
  });

  test.each<[string, object]>([
    ['claude-ok', spent(2000, 200, 0.009)],
    ['claude-budget', spent(2000, 200, 0.009)],
    ['claude-401', spent(0, 0, 0)],
    ['codex-ok', spent(2000, 200, null)],
    ['codex-sigterm', spent(0, 0, null)],
  ])('%s', async (name, expected) => {
    expect((await replay(name)).spent).toMatchObject([expected]);
  });

  test('the round after a refusal without what the first one cost, though the counters go on', async () => {
    const first = (await replay('claude-ok')).hearing.kept as Before;
    expect((await replay('claude-resumed', { before: first })).spent).toMatchObject([
      spent(1000, 100, 0.0045),
    ]);
    const codex = (await replay('codex-ok')).hearing.kept as Before;
    expect((await replay('codex-resumed', { before: codex })).spent).toMatchObject([spent(1000, 100, null)]);
  });

  test('what subagents of codex use counts with it, once; what waits to be told is one event', async () => {
    const count = (thread: string, input: number) => ({
      rollout: `rollout-2026-11-20T20-33-57-${thread}.jsonl`,
      line: {
        type: 'event_msg',
        payload: {
          type: 'token_count',
          info: { total_token_usage: { input_tokens: input, output_tokens: 0 } },
        },
      },
    });
    const [mine, other] = ['01a1faaa-7371-7281-ab6e-b0758a22b672', '01a1faaa-7371-7281-ab6e-000000000000'];
    const lines = [
      { type: 'thread.started', thread_id: mine },
      count(mine, 100),
      count(other, 1000),
      { type: 'turn.completed', usage: { input_tokens: 150, output_tokens: 0 } },
      count(mine, 150),
      count(other, 1200),
    ];
    const { spent: told } = await replay('codex', {
      stderr: lines.map((line) => JSON.stringify(line)).join('\n'),
    });
    const inputs = told.map((event) => (event.type === 'spent' ? event.usage.inputTokens : 0));
    expect(inputs).toEqual([1350]);
  });

  test('a round that was killed: the least that it can have cost, and the next one not that again', async () => {
    const { spent: told, hearing } = await replay('claude-sigterm', { code: 143 });
    expect(told).toMatchObject([spent(1000, 1, 0.003015)]);
    const next = await replay('claude-resumed', { before: hearing.kept as Before });
    expect(next.spent).toMatchObject([spent(2000, 299, 0.0135 - 0.003015)]);
  });
});

describe('what is kept of a recorded round', () => {
  const kept = (entries: readonly TranscriptEntry[]) => entries.map(({ type, text }) => [type, text]);

  test.each<[string, string]>([
    ['claude-ok', '{"command":"echo hello > out.txt","description":"run"}'],
    ['codex-ok', "/bin/bash -c 'echo hello > out.txt'"],
  ])('%s: what it said, what it called, what came of it', async (name, command) => {
    const { entries, hearing } = await replay(name);
    expect(kept(entries)).toEqual([
      ['agent.said', 'I look.'],
      ['agent.called', command],
      ['agent.answered', expect.any(String)],
      ['agent.said', expect.stringContaining('wrote out.txt')],
    ]);
    expect(hearing).toMatchObject({
      turns: 2,
      calls: 1,
      conversation: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('retries and denials are noted', async () => {
    expect(kept((await replay('claude-529')).entries)[0]).toEqual(['agent.noted', 'tries again (1): 529']);
    const denied = kept((await replay('claude-denied')).entries);
    expect(denied).toContainEqual(['agent.noted', expect.stringMatching(/^Permission to use Bash/)]);
  });

  test('calls of the model and of tools are counted, and too many of them stop it', async () => {
    const { hearing, stopped } = await replay('codex-loop', { limits: { turns: 3 } });
    expect(hearing).toMatchObject({ turns: 4, calls: 3 });
    expect(stopped).toEqual(['The session has had its 3 calls of the model.']);
    const before = { turns: 0, calls: 1 };
    const { stopped: tools } = await replay('codex-loop', { before, limits: { turns: 9, toolCalls: 3 } });
    expect(tools).toEqual(['The session has had its 3 calls of tools.']);
  });

  test('a conversation that is not there is told from every other trouble', async () => {
    const prices = await readPrices();
    const claude = claudeTranslator({ model: undefined, effort: undefined, prices }).listen();
    const file = join(import.meta.dirname, 'recorded/claude-unknown-id.jsonl');
    claude.take(JSON.parse(await readFile(file, 'utf8')));
    expect(claude.end('')).toEqual({ ended: 'no-conversation' });
    const codex = codexTranslator({ model: undefined, effort: undefined }).listen();
    const said =
      'Error: thread/resume: thread/resume failed: no rollout found for thread id 1111 (code -32600)';
    expect(codex.end(said)).toEqual({ ended: 'no-conversation' });
  });
});
