import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeRedactor } from '../../src/ledger/redact.ts';
import { openTranscript } from '../../src/ledger/transcript.ts';
import { harnessFiles } from '../../src/project/feature.ts';
import { call, type Script, type Step, text, thinking } from '../helpers/messages-script.ts';
import { failureOf, lastSaid, stage, storyOf } from './anthropic-kit.ts';

const done = { claim: 'done', did: 'It works.' };
const claimed = { type: 'finished', claim: 'done', handoff: { did: 'It works.' } };

test('a session: look, act, claim; and every step of it stands in the transcript', async () => {
  await using s = await stage([
    {
      say: [
        thinking('', 'ZW1wdHk='),
        thinking('hm'),
        text('I look.'),
        call('bash', { command: 'echo hello > a.txt; cat a.txt' }),
      ],
    },
    { say: [thinking('', 'ZW1wdHk='), call('claim', done)] },
  ]);
  const events = await s.work();
  expect(events).toEqual([
    expect.objectContaining({ type: 'spent' }),
    { type: 'activity', text: 'bash echo hello > a.txt; cat a.txt' },
    expect.objectContaining({ type: 'spent' }),
    claimed,
  ]);
  expect(await s.workspace.read('a.txt')).toBe('hello\n');
  expect(storyOf(s.transcript)).toEqual([
    'head.frozen',
    'user.said',
    'request.sent',
    'assistant.said',
    'cost.told',
    'tool.started',
    'tool.finished',
    'user.said',
    'request.sent',
    'assistant.said',
    'cost.told',
    'claim.made',
  ]);
});

test('the brief is the first message, and nothing of the session stands in the head', async () => {
  await using s = await stage([{ say: [call('claim', done)] }]);
  await s.work();
  const { body } = s.server.requests[0] ?? { body: undefined };
  expect(body?.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: s.assignment.brief }] }]);
  expect(body).toMatchObject({
    model: 'claude-sonnet-5-5',
    max_tokens: 32_000,
    thinking: { type: 'adaptive' },
  });
  expect(body).not.toHaveProperty('output_config');
  const head = JSON.stringify([body?.system, body?.tools]);
  expect(head).not.toMatch(/20\d\d-\d\d|calm-otter|F001/);
  expect(head).not.toContain(s.workspace.root);
});

test('model, effort and tokens of a turn are what was asked for; unknown models are not told how to think', async () => {
  await using s = await stage([{ say: [call('claim', done)] }], {
    model: 'local-model',
    effort: 'low',
    maxTokens: 9,
  });
  await s.work();
  expect(s.server.requests[0]?.body).toMatchObject({
    model: 'local-model',
    max_tokens: 9,
    output_config: { effort: 'low' },
  });
  expect(s.server.requests[0]?.body).not.toHaveProperty('thinking');
});

test('calls of one turn are answered in one message and in order; reads run beside each other, the rest alone', async () => {
  const files = { 'a.txt': 'one', 'b.txt': 'two' };
  const script: Script = [
    {
      say: [
        call('read', { path: 'a.txt' }),
        call('read', { path: 'b.txt' }),
        call('bash', { command: 'echo three > c.txt' }),
        call('read', { path: 'c.txt' }),
        call('read', { path: 'none' }),
      ],
    },
    { say: [call('claim', done)] },
  ];
  await using s = await stage(script, {}, files);
  expect((await s.work()).at(-1)).toEqual(claimed);
  expect(lastSaid(s, 1)).toEqual([
    '1\tone',
    '1\ttwo',
    '(no output)',
    '1\tthree',
    expect.stringMatching(/^error: There is no file none/),
  ]);
  const calls = s.transcript.entries
    .filter(({ type }) => type.startsWith('tool.'))
    .map((e) => `${e.type} ${e['id']}`);
  const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((i) => `toolu_1_0_${i}`);
  expect(calls).toEqual([
    `tool.started ${a}`,
    `tool.started ${b}`,
    `tool.finished ${a}`,
    `tool.finished ${b}`,
    `tool.started ${c}`,
    `tool.finished ${c}`,
    `tool.started ${d}`,
    `tool.started ${e}`,
    `tool.finished ${d}`,
    `tool.finished ${e}`,
  ]);
});

describe('a claim', () => {
  test('is answered by the verdict, and the conversation goes on', async () => {
    await using s = await stage([
      { say: [call('claim', { claim: 'done', did: 'one' })] },
      { say: [call('bash', { command: 'echo more > a.txt' })] },
      { say: [call('claim', { claim: 'partial', did: 'two', next: 'the rest' })] },
    ]);
    expect((await s.work()).at(-1)).toEqual({ type: 'finished', claim: 'done', handoff: { did: 'one' } });
    const again = await s.refused(1, 'Refused: "adds" still fails.');
    expect(again.at(-1)).toEqual({
      type: 'finished',
      claim: 'partial',
      handoff: { did: 'two', next: 'the rest' },
    });
    expect(lastSaid(s, 1)).toEqual(['Refused: "adds" still fails.']);
    expect(s.server.requests).toHaveLength(3);
  });

  test('that was not answered is made again, without another request', async () => {
    await using s = await stage([{ say: [call('claim', done)] }]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect(await s.work()).toEqual([claimed]);
    expect(s.server.requests).toHaveLength(1);
  });

  test('in a turn with other calls waits until they are done, wherever it stands', async () => {
    await using s = await stage([
      {
        say: [
          call('bash', { command: 'echo 1 >> log' }),
          call('claim', done),
          call('bash', { command: 'echo 2 >> log' }),
        ],
      },
      { say: [text('Fine.')] },
    ]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect(await s.workspace.read('log')).toBe('1\n2\n');
    await s.refused(1, 'Refused.');
    expect(lastSaid(s, 1)).toEqual(['(no output)', 'Refused.', '(no output)']);
  });

  test('that is none is answered with what it takes', async () => {
    await using s = await stage([
      { say: [call('claim', { claim: 'needs-human', did: 'asked' })] },
      { say: [call('claim', { claim: 'needs-human', did: 'asked', question: 'Which one?' })] },
    ]);
    expect((await s.work()).at(-1)).toMatchObject({
      claim: 'needs-human',
      handoff: { question: 'Which one?' },
    });
    expect(lastSaid(s, 1)).toEqual([expect.stringMatching(/^error: needs-human needs "question"/)]);
  });

  test('made twice in a turn counts once', async () => {
    await using s = await stage([
      { say: [call('claim', { claim: 'stuck', did: 'first' }), call('claim', done)] },
      { say: [call('claim', done)] },
    ]);
    expect((await s.work()).at(-1)).toMatchObject({ claim: 'stuck' });
    await s.refused(1, 'Refused.');
    expect(lastSaid(s, 1)).toEqual(['Refused.', 'error: Only the first claim of a turn counts.']);
  });

  test('without a word is done: the judge decides', async () => {
    await using s = await stage([{ say: [text('All is well now.')] }, { say: [text('Now it is.')] }]);
    const first = await s.work();
    expect(first.at(-1)).toEqual({ type: 'finished', claim: 'done', handoff: { did: 'All is well now.' } });
    const second = await s.refused(1, 'It is not.');
    expect(second.at(-1)).toEqual({ type: 'finished', claim: 'done', handoff: { did: 'Now it is.' } });
    expect(lastSaid(s, 1)).toEqual(['It is not.']);
  });

  test('of an empty turn is done too, and the empty turn is not sent back', async () => {
    await using s = await stage([[{ say: [] }, { say: [text('Now.')] }]]);
    expect((await s.work()).at(-1)).toEqual({ type: 'finished', claim: 'done', handoff: {} });
    expect((await s.refused(1, 'No.')).at(-1)).toMatchObject({ handoff: { did: 'Now.' } });
    expect(s.server.requests[1]?.body.messages).toHaveLength(2);
  });
});

describe('how a turn ends', () => {
  test('max_tokens inside a call: the call is answered as cut, and never run', async () => {
    await using s = await stage([
      {
        say: [call('bash', { command: 'touch whole' }), call('bash', { command: 'touch half; rm -rf x' })],
        stop_reason: 'max_tokens',
        cutJson: 22,
      },
      { say: [call('claim', done)] },
    ]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect(lastSaid(s, 1)).toEqual([
      expect.stringMatching(/^error: Not run: .*cut off/),
      expect.stringMatching(/^error: Not run/),
    ]);
    expect(existsSync(join(s.workspace.path, 'whole'))).toBe(false);
    expect(existsSync(join(s.workspace.path, 'half'))).toBe(false);
  });

  test('max_tokens in words: it goes on; three times in a row: over the limit', async () => {
    const cut: Step = { say: [text('and so on')], stop_reason: 'max_tokens' };
    await using s = await stage([cut, { say: [call('claim', done)] }]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect(lastSaid(s, 1)).toEqual([expect.stringMatching(/smaller steps/)]);
    await using again = await stage([cut, cut, cut]);
    expect(failureOf(await again.work())).toMatchObject({ kind: 'over-limit' });
  });

  test('pause_turn: the turn is sent back as it is', async () => {
    await using s = await stage([
      { say: [thinking('hm'), text('wait')], stop_reason: 'pause_turn' },
      { say: [call('claim', done)] },
    ]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect(s.server.requests[1]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  test('refusal: declined, with its category', async () => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'It looked like an attack.' };
    await using s = await stage([{ say: [text('I')], stop_reason: 'refusal', stop_details }]);
    expect(failureOf(await s.work())).toEqual({
      kind: 'declined',
      reason: 'The model refused to go on (cyber): It looked like an attack.',
    });
  });

  test('model_context_window_exceeded: a fresh session', async () => {
    await using s = await stage([{ say: [text('...')], stop_reason: 'model_context_window_exceeded' }]);
    expect(failureOf(await s.work())).toMatchObject({ kind: 'context' });
  });
});

describe('limits', () => {
  test('no more model calls than a session may have, and a word when they run short', async () => {
    const act = (n: number): Step => ({ say: [call('bash', { command: `echo ${n}` })] });
    await using s = await stage([0, 1, 2, 3, 4].map(act));
    const events = await s.work({ limits: { ...s.assignment.limits, turns: 4 } });
    expect(failureOf(events)).toEqual({
      kind: 'over-limit',
      reason: 'The session has had its 4 model calls.',
    });
    expect(s.server.requests).toHaveLength(4);
    expect(lastSaid(s, 2)).toEqual(['1', expect.stringMatching(/^\[harness\] 2 model calls are left/)]);
    expect(lastSaid(s, 3)).toEqual(['2']);
  });

  test('when the time is over nothing more is run or asked', async () => {
    await using s = await stage([{ say: [call('bash', { command: 'touch late' })] }]);
    const events = await s.work({ limits: { ...s.assignment.limits, deadline: 5 } });
    expect(failureOf(events)).toEqual({ kind: 'over-limit', reason: 'The time of the session is over.' });
    expect(s.server.requests).toHaveLength(0);
  });

  test('a word when the time runs short, once', async () => {
    const act = (n: number): Step => ({ say: [call('bash', { command: `echo ${n}` })] });
    await using s = await stage([act(0), act(1), { say: [call('claim', done)] }]);
    await s.work({ limits: { ...s.assignment.limits, deadline: Date.now() + 200_000 } });
    expect(lastSaid(s, 1)).toEqual(['0', expect.stringMatching(/^\[harness\] This session ends in 3 min\./)]);
    expect(lastSaid(s, 2)).toEqual(['1']);
  });

  test('the same call with the same answer is told after three times and ends it after five', async () => {
    const same: Step = { say: [call('read', { path: 'a.txt' })] };
    await using s = await stage(
      Array.from({ length: 8 }, () => same),
      {},
      { 'a.txt': 'x' },
    );
    expect(failureOf(await s.work())).toEqual({
      kind: 'over-limit',
      reason: 'The same call of read had the same answer 5 times in a row.',
    });
    expect(s.server.requests).toHaveLength(5);
    expect(lastSaid(s, 2)).toEqual(['1\tx']);
    expect(lastSaid(s, 3)).toEqual([
      '1\tx',
      expect.stringMatching(/^\[harness\] The last 3 calls of read were the same/),
    ]);
  });

  test('a call in between, or another answer, starts the count anew', async () => {
    const same = call('bash', { command: 'wc -l < log 2>/dev/null || true' });
    const script = Array.from({ length: 7 }, (_, i): Step => {
      return { say: i % 2 === 0 ? [same] : [call('bash', { command: 'echo >> log' }), same] };
    });
    await using s = await stage([...script, { say: [call('claim', done)] }]);
    expect((await s.work()).at(-1)).toEqual(claimed);
  });

  test('equal calls in one turn count once, and waiting for a command does not count', async () => {
    const twins = Array.from({ length: 6 }, () => call('read', { path: 'a.txt' }));
    const wait: Step = { say: [call('bash_output', { id: 'bg-1' })] };
    const script: Script = [
      { say: twins },
      { say: [call('bash', { command: 'sleep 60', background: true })] },
      ...Array.from({ length: 7 }, () => wait),
      { say: [call('claim', done)] },
    ];
    await using s = await stage(script, {}, { 'a.txt': 'x' });
    expect((await s.work()).at(-1)).toEqual(claimed);
  });

  test('of very many calls in one turn only the first are run', async () => {
    const many = Array.from({ length: 40 }, (_, i) => call('bash', { command: `echo ${i} >> log` }));
    await using s = await stage([{ say: many }, { say: [call('claim', done)] }]);
    expect((await s.work()).at(-1)).toEqual(claimed);
    expect((await s.workspace.read('log')).trim().split('\n')).toHaveLength(32);
    expect(lastSaid(s, 1)[32]).toMatch(/^error: Not run: more than 32 calls/);
  });

  test('a fence that cannot be put up is no failure of the feature', async () => {
    await using s = await stage([{ say: [call('bash', { command: 'true' })] }]);
    const exec = async () => ({
      code: 1,
      signal: null,
      ended: null,
      output: '',
      bytes: 0,
      ms: 1,
      fenceFailed: 'bwrap: no',
    });
    const events = await s.work({
      workspace: { ...s.workspace, exec, [Symbol.asyncDispose]: async () => undefined },
    });
    expect(failureOf(events)).toEqual({
      kind: 'unavailable',
      reason: 'The fence could not be put up: bwrap: no',
    });
  });
});

test('a coder leaves the files of the harness alone, an initializer writes them', async () => {
  const script: Script = [
    { say: harnessFiles.map((path) => call('write', { path, content: 'x' })) },
    { say: [call('claim', done)] },
  ];
  await using coder = await stage(script);
  await coder.work();
  expect(lastSaid(coder, 1).every((answer) => answer.startsWith('error: '))).toBe(true);
  await using initializer = await stage(script);
  await initializer.work({ role: 'initializer' });
  expect(lastSaid(initializer, 1).some((answer) => answer.startsWith('error: '))).toBe(false);
});

test('a turn that adds many blocks gets markers for the cache, never more than four', async () => {
  const reads = (n: number): Step => ({
    say: Array.from({ length: n }, (_, i) => call('read', { path: 'a.txt', offset: 1, limit: i + 1 })),
  });
  await using s = await stage(
    [reads(2), reads(24), reads(2), { say: [call('claim', done)] }],
    {},
    { 'a.txt': 'x' },
  );
  expect((await s.work()).at(-1)).toEqual(claimed);
  const markers = s.server.requests.map(
    ({ body }) => JSON.stringify(body.messages).split('cache_control').length - 1,
  );
  expect(markers).toEqual([0, 0, 2, 0]);
});

test('what is redacted on disk is run as the model wrote it, and the history stays one and the same', async () => {
  const secret = 'hunter2-hunter2';
  await using s = await stage((request) => {
    if (request.turn === 0)
      return { say: [call('bash', { command: `printf '%s' '${secret}' > key.txt; cat key.txt` })] };
    return { say: [call('claim', done)] };
  });
  const transcript = await openTranscript(join(s.folder, 'redacted.jsonl'), {
    redact: makeRedactor([secret]),
  });
  const { server } = s;
  try {
    // The server sees the redacted turn and says so; what matters is what stands where.
    for await (const _ of s.brain.work({ ...s.assignment, transcript }, new AbortController().signal));
    expect(await s.workspace.read('key.txt')).toBe(secret);
    expect(JSON.stringify(transcript.entries)).not.toContain(secret);
    expect(JSON.stringify(server.requests.map(({ body }) => body))).not.toContain(secret);
  } finally {
    await transcript.close();
  }
});

test('nothing is written to stdout', async () => {
  const written: unknown[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((chunk: unknown) => written.push(chunk) > 0) as typeof write;
  try {
    await using s = await stage([[{ status: 529 }, { say: [call('claim', done)] }]], {
      model: 'claude-sonnet-4-5',
    });
    await s.work();
  } finally {
    process.stdout.write = write;
  }
  expect(written).toEqual([]);
});
