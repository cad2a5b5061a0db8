import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/brain/brain.ts';
import { type CommandEnd, meaningOf, spentOf } from '../../src/brain/command-end.ts';
import type { OutcomeRead } from '../../src/brain/outcome.ts';
import { parseOutcome } from '../../src/brain/outcome.ts';
import { parseProviders, shippedProviders } from '../../src/policy/providers.ts';
import type { Finished } from '../../src/workspace/workspace.ts';

const parse = (text: string): OutcomeRead => parseOutcome(Buffer.from(text));
const none: OutcomeRead = { kind: 'none' };

function ended(how: Partial<Finished>, rest: Partial<CommandEnd> = {}): CommandEnd {
  const finished: Finished = { code: 0, signal: null, ended: null, output: '', bytes: 0, ms: 1234, ...how };
  return {
    command: './agent.sh',
    finished,
    outcome: none,
    aborted: false,
    limits: { idleMs: 600_000 },
    providers: shippedProviders(),
    now: Date.parse('2026-11-20T13:00:00Z'),
    ...rest,
  };
}

describe('a command that ends well', () => {
  test('without an outcome claims done', () => {
    expect(meaningOf(ended({}))).toEqual({ type: 'finished', claim: 'done', handoff: {} });
  });

  test('claims what its outcome says', () => {
    const outcome = parse('{"claim":"needs-human","did":"looked","question":"which port?"}');
    expect(meaningOf(ended({}, { outcome }))).toEqual({
      type: 'finished',
      claim: 'needs-human',
      handoff: { did: 'looked', question: 'which port?' },
    });
  });

  test('crashed when its outcome cannot be read: to guess at done would be to put words in its mouth', () => {
    expect(meaningOf(ended({}, { outcome: parse('oops') }))).toMatchObject({
      type: 'failed',
      failure: { kind: 'crashed', reason: expect.stringContaining('this is not a JSON value') },
    });
  });

  test('has claimed even when a stop was asked for in its last moment', () => {
    expect(meaningOf(ended({}, { aborted: true }))).toMatchObject({ type: 'finished' });
  });
});

describe('a command that ends otherwise, whatever its outcome says', () => {
  const outcome = parse('{"claim":"done"}');
  test.for([
    [
      { code: 75, output: 'a\nrate limited\n' },
      'unavailable',
      '`./agent.sh` asked to be tried later: rate limited.',
    ],
    [{ code: 75 }, 'unavailable', '`./agent.sh` asked to be tried later.'],
    [
      { code: 127, output: 'sh: 1: agnet: not found\n' },
      'fatal',
      'A program of `./agent.sh` was not found (exit code 127): sh: 1: agnet: not found.',
    ],
    [{ code: 126 }, 'fatal', 'A program of `./agent.sh` cannot be run (exit code 126).'],
    [{ code: 1, output: 'Error: boom' }, 'crashed', '`./agent.sh` ended with exit code 1: Error: boom.'],
    [{ code: 137 }, 'crashed', '`./agent.sh` ended with exit code 137 (SIGKILL).'],
    [{ code: null, signal: 'SIGSEGV' }, 'crashed', '`./agent.sh` was killed by SIGSEGV.'],
    [
      { code: null, signal: 'SIGTERM', ended: 'timeout', ms: 3_600_400 },
      'over-limit',
      '`./agent.sh` was ended after 3600 s: the time of the session was over.',
    ],
    [{ code: 0, ended: 'idle' }, 'over-limit', '`./agent.sh` was ended: it printed nothing for 600 s.'],
    [
      { code: null, signal: 'SIGTERM', ended: 'aborted' },
      'interrupted',
      '`./agent.sh` was stopped while it worked.',
    ],
    [{ code: 0, ended: 'aborted' }, 'interrupted', '`./agent.sh` was stopped while it worked.'],
    [
      { code: 1, fenceFailed: 'bwrap: no permission' },
      'fatal',
      'The fence could not be put up for `./agent.sh`: bwrap: no permission',
    ],
  ] as [Partial<Finished>, Failure['kind'], string][])('%o', ([how, kind, reason]) => {
    const event = meaningOf(ended(how, { outcome }));
    expect(event).toMatchObject({ type: 'failed', failure: { kind, reason } });
  });

  test('is interrupted when a stop was asked for and it gave up by itself', () => {
    expect(meaningOf(ended({ code: 130 }, { aborted: true }))).toMatchObject({
      failure: { kind: 'interrupted' },
    });
  });

  test('fatal says what a person can do', () => {
    for (const how of [{ code: 127 }, { code: 126 }, { fenceFailed: 'no' }]) {
      const event = meaningOf(ended(how));
      if (event.type !== 'failed' || event.failure.kind !== 'fatal') throw new Error('not fatal');
      expect(event.failure.help).toMatch(/--pass-home|agentloop doctor/);
    }
  });

  test('its last words are cut', () => {
    const event = meaningOf(ended({ code: 1, output: 'x'.repeat(5000) }, { command: 'y'.repeat(5000) }));
    if (event.type !== 'failed') throw new Error('not failed');
    expect(event.failure.reason.length).toBeLessThan(700);
  });
});

describe('a command whose provider is in the way', () => {
  const at = (iso: string) => ({ until: Date.parse(iso) });
  const limit = "You've hit your 5-hour limit · resets 2:18pm (UTC)";
  test.for([
    [{ code: 1, output: limit }, 'unavailable', at('2026-11-20T14:18:00Z')],
    [
      { code: 1, output: `{"type":"result","is_error":true,"result":${JSON.stringify(limit)}}\n` },
      'unavailable',
      at('2026-11-20T14:18:00Z'),
    ],
    [
      { code: 1, output: 'ERROR: You’ve hit your usage limit. Upgrade, or try again in 2 days 3 hours.' },
      'unavailable',
      at('2026-11-22T16:00:00Z'),
    ],
    [
      { code: 75, output: 'come back in 20 minutes? try again in 20m' },
      'unavailable',
      at('2026-11-20T13:20:00Z'),
    ],
    [{ code: 1, output: 'API Error: Request rejected (429) · no words' }, 'unavailable', {}],
    [{ code: 1, output: 'Selected model is at capacity' }, 'unavailable', {}],
    [
      { code: 1, output: 'Invalid API key · Please run /login' },
      'fatal',
      { help: expect.stringMatching(/Log in/) },
    ],
    [
      { code: 1, output: 'Credit balance is too low' },
      'fatal',
      { help: expect.stringMatching(/Add credit/) },
    ],
    [{ code: 1, output: 'Prompt is too long' }, 'context', {}],
    // What the work prints is no word of the provider.
    [{ code: 1, output: `${limit}\n${'a line\n'.repeat(6)}Error: boom` }, 'crashed', {}],
    [{ code: 1, output: 'AssertionError: expected 401 to be 200' }, 'crashed', {}],
    [{ code: 17, output: '' }, 'crashed', {}],
  ] as [Partial<Finished>, Failure['kind'], object][])('%o', ([how, kind, more]) => {
    const event = meaningOf(ended(how));
    expect(event).toMatchObject({ type: 'failed', failure: { kind, ...more } });
    if (!('until' in more)) expect(event).not.toHaveProperty('failure.until');
  });

  test('exit codes are read where the program that has them is named', () => {
    const gemini = (code: number) => meaningOf(ended({ code }, { command: '/usr/bin/gemini -p x' }));
    expect(gemini(17)).toMatchObject({ failure: { kind: 'unavailable' } });
    expect(gemini(145)).toMatchObject({ failure: { kind: 'fatal' } });
    expect(gemini(1)).toMatchObject({ failure: { kind: 'crashed' } });
  });

  test('an end with 0 is a claim, unless a rule of the user knows it better', () => {
    const output = 'daily limit reached, resets at 3pm (UTC)';
    expect(meaningOf(ended({ output }))).toMatchObject({ type: 'finished', claim: 'done' });
    const rule = '{"name":"mine","exits":[0],"texts":["^daily limit"],"act":"wait"}';
    const providers = parseProviders(`{"version":1,"rules":[${rule}]}`, 'mine.json');
    expect(meaningOf(ended({ output }, { providers }))).toMatchObject({ failure: { kind: 'unavailable' } });
    const outcome = parse('{"claim":"partial"}');
    expect(meaningOf(ended({ output }, { providers, outcome }))).toMatchObject({ claim: 'partial' });
  });
});

test('a round without word of its cost has an unknown cost, not none', () => {
  const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  expect(spentOf(none)).toEqual({ type: 'spent', usage: nothing, usd: null });
  expect(spentOf(parse('{"claim":"done"}'))).toEqual({ type: 'spent', usage: nothing, usd: null });
  expect(spentOf(parse('{"usage":{"inputTokens":5}}'))).toEqual({
    type: 'spent',
    usage: { ...nothing, inputTokens: 5 },
    usd: null,
  });
  expect(spentOf(parse('{"usage":{"costUsd":0.5,"model":"m"}}'))).toEqual({
    type: 'spent',
    usage: nothing,
    usd: 0.5,
    model: 'm',
  });
});
