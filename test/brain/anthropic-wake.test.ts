import { appendFile, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anthropicBrain } from '../../src/brain/anthropic/brain.ts';
import { foldConversation } from '../../src/brain/anthropic/conversation.ts';
import type { BrainEvent } from '../../src/brain/brain.ts';
import { readPrices } from '../../src/brain/prices.ts';
import { makeRedactor } from '../../src/ledger/redact.ts';
import { openTranscript, readTranscript, type Transcript } from '../../src/ledger/transcript.ts';
import { call, type Script, type Step, text, thinking } from '../helpers/messages-script.ts';
import { messagesServer } from '../helpers/messages-server.ts';
import { plainWorkspace } from '../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf, refusal } from './assignment.ts';

/** Numbers that look random and are the same every time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** The transcript of a process that is killed at its n-th write: just before it, or just after. */
function dying(transcript: Transcript, writes: number, after: boolean): Transcript {
  let left = writes;
  return {
    file: transcript.file,
    entries: transcript.entries,
    write: async (type, data, durable) => {
      left -= 1;
      if (left < 0) throw new Error('killed before a write');
      const entry = await transcript.write(type, data, durable);
      if (left === 0 && after) throw new Error('killed after a write');
      return entry;
    },
    close: () => transcript.close(),
  };
}

interface Life {
  /** Writes until it is killed; undefined: it lives on. */
  readonly writes: number | undefined;
  readonly after: boolean;
  /** Whether the kill leaves half a line behind. */
  readonly torn?: boolean;
}

/** A whole session of three claims, two of them refused, carried by one process after the other. */
async function session(script: Script, nextLife: () => Life) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wake-')));
  await using server = await messagesServer(script);
  await using workspace = await plainWorkspace({ 'a.txt': 'one\n' });
  const prices = await readPrices();
  const spent: Extract<BrainEvent, { type: 'spent' }>[] = [];
  let lives = 0;
  try {
    const file = join(folder, 'session.jsonl');
    for (let round = 0; round < 3; ) {
      lives += 1;
      const { writes, after, torn } = nextLife();
      const transcript = await openTranscript(file);
      // Each life is a new brain: nothing but the file and the folder is handed on.
      const sleep = async () => undefined;
      const brain = anthropicBrain({
        apiKey: server.key,
        baseUrl: server.url,
        prices,
        sleep,
        random: () => 0,
        silence: 5000,
      });
      const assignment = await assignmentIn(workspace, folder, {
        transcript: writes === undefined ? transcript : dying(transcript, writes, after),
        ...(round === 0 ? {} : { refusal: refusal(round, `Refusal ${round}.`) }),
      });
      const events = await eventsOf(brain, assignment);
      await transcript.close();
      for (const event of events) if (event.type === 'spent') spent.push(event);
      const last = events.at(-1);
      if (last?.type === 'finished') round += 1;
      else expect(last).toMatchObject({ failure: { reason: expect.stringMatching(/^killed/) } });
      if (torn) await appendFile(file, '{"half":"a li');
      expect(lives).toBeLessThan(200);
    }
    expect(server.violations).toEqual([]);
    const { entries } = await readTranscript(file);
    const log = await workspace.read('log').catch(() => '');
    return { entries, lives, log: log.split('\n').filter(Boolean), spent, requests: server.requests.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const mark = (name: string) => call('bash', { command: `echo ${name} >> log` });
const claim = (did: string) => call('claim', { claim: 'done', did });

const short: Script = [
  { say: [thinking('hm'), mark('a'), call('read', { path: 'a.txt' }), call('read', { path: 'none' })] },
  { say: [mark('b'), claim('one')] },
  { say: [text('so then')], stop_reason: 'max_tokens' },
  { say: [claim('two')] },
  { say: [text('Nothing more.')] },
];

test('left alone, a session does each thing once', async () => {
  const { log, lives } = await session(short, () => ({ writes: undefined, after: false }));
  expect(log).toEqual(['a', 'b']);
  expect(lives).toBe(3);
});

// The shortest lives die at every place there is, with the effect that follows a write and without it. Every second
// life is a little longer: a process that always died during its first request would never have an answer.
const shortLives = [1, 2, 3, 4, 5, 7].flatMap((writes) => [false, true].map((after) => ({ writes, after })));
test.each(shortLives)(
  'killed again and again after $writes writes (just after one: $after), it comes to its end and does nothing twice',
  async ({ writes, after }) => {
    let count = 0;
    const { log, lives, entries } = await session(short, () => {
      count += 1;
      return { writes: count % 2 === 0 ? writes + 3 : writes, after };
    });
    expect(lives).toBeGreaterThan(entries.length / (writes + 5));
    expect(new Set(log).size).toBe(log.length);
    expect(['a', 'b']).toEqual(expect.arrayContaining(log));
  },
);

/** Twelve turns of all kinds, with faults, chosen by dice. */
function longScript(roll: (sides: number) => number): Script {
  return Array.from({ length: 12 }, (_, turn): readonly Step[] => {
    const calls = Array.from({ length: 1 + roll(4) }, (_, i) => {
      return roll(3) === 0
        ? call('read', { path: 'a.txt', offset: 1, limit: turn + 1 })
        : mark(`t${turn}-${i}`);
    });
    const said = [...(roll(2) === 0 ? [thinking('')] : []), ...calls];
    const good: Step = turn % 4 === 3 ? { say: [...said, claim(`turn ${turn}`)] } : { say: said };
    const faults: Step[] = [
      { status: 529 },
      { drop: true },
      { say: said, fault: { after: 4, how: 'cut' } },
      { say: said, fault: { after: 5, how: 'end' } },
    ];
    return roll(3) === 0 ? [faults[roll(4)] as Step, good] : [good];
  });
}

test.each([1, 2, 3])(
  'killed at random moments, with faults on the way and torn lines behind (seed %i)',
  async (seed) => {
    const roll = dice(seed);
    const { entries, lives, log, spent } = await session(longScript(dice(seed + 100)), () => ({
      writes: 1 + roll(14),
      after: roll(2) === 0,
      torn: roll(3) === 0,
    }));
    expect(lives).toBeGreaterThan(8);
    expect(new Set(log).size).toBe(log.length);
    expect(log.length).toBeGreaterThan(5);

    // Every call was answered once, and what was done is what was answered as done, or as perhaps done.
    const asked = entries
      .filter(({ type }) => type === 'assistant.said')
      .flatMap((entry) => namesIn(entry['message']));
    expect(asked).toEqual(expect.arrayContaining(log));
    const finished = entries.filter(({ type }) => type === 'tool.finished').map((entry) => entry['id']);
    expect(new Set(finished).size).toBe(finished.length);

    // No response is left out of the bill; some may stand in it twice, for a kill between telling and noting it.
    const turns = entries.filter(({ type }) => type === 'assistant.said').length;
    const output = spent.reduce((sum, { usage }) => sum + usage.outputTokens, 0);
    expect(output).toBeGreaterThanOrEqual(turns * 20);

    // Any prefix of the transcript is a conversation, and each goes on where the one before it stood.
    let before = foldConversation([]).messages;
    for (let length = 1; length <= entries.length; length += 1) {
      const { messages } = foldConversation(entries.slice(0, length));
      expect(messages.slice(0, before.length)).toEqual(before);
      before = messages;
    }
  },
);

function namesIn(message: unknown): string[] {
  return [...JSON.stringify(message).matchAll(/echo (t\d+-\d+)/g)].map((found) => found[1] as string);
}

test('a wait that was under way when the process died is waited to its end', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wake-')));
  await using server = await messagesServer([
    [{ status: 429, headers: { 'retry-after': '100' } }, { say: [claim('it')] }],
  ]);
  await using workspace = await plainWorkspace();
  const prices = await readPrices();
  const start = Date.now();
  const lived = async (now: number, sleep: (ms: number) => Promise<void>) => {
    const transcript = await openTranscript(join(folder, 'session.jsonl'));
    const brain = anthropicBrain({
      apiKey: server.key,
      baseUrl: server.url,
      prices,
      random: () => 0,
      now: () => now,
      sleep,
    });
    const limits = { turns: 9, deadline: start + 3_600_000, idleMs: 5000 };
    const events = await eventsOf(brain, await assignmentIn(workspace, folder, { transcript, limits }));
    await transcript.close();
    return events.at(-1);
  };
  const slept: number[] = [];
  const killed = await lived(start, async (ms) => {
    slept.push(ms);
    throw new Error('killed');
  });
  expect(killed).toMatchObject({ type: 'failed' });
  let now = start + 70_000;
  await lived(now, async (ms) => {
    slept.push(ms);
    now += ms;
    throw new Error('killed');
  });
  expect(slept).toEqual([100_000, 30_000]);
  expect(await lived(start + 100_000, async () => undefined)).toMatchObject({ type: 'finished' });
  expect(server.violations).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

test('a call that was redacted on disk is asked for again after a kill, not run with a hole in it', async () => {
  const secret = 'hunter2-hunter2';
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'wake-')));
  await using server = await messagesServer((request) =>
    request.turn === 0
      ? { say: [call('bash', { command: `echo ${secret} >> log` })] }
      : { say: [claim('it')] },
  );
  await using workspace = await plainWorkspace();
  const prices = await readPrices();
  for (const writes of [5, undefined]) {
    const transcript = await openTranscript(join(folder, 'session.jsonl'), {
      redact: makeRedactor([secret]),
    });
    const brain = anthropicBrain({ apiKey: server.key, baseUrl: server.url, prices });
    const given = writes === undefined ? transcript : dying(transcript, writes, false);
    await eventsOf(brain, await assignmentIn(workspace, folder, { transcript: given }));
    const answers = transcript.entries
      .filter(({ type }) => type === 'tool.finished')
      .map((entry) => entry['content']);
    expect(answers).toEqual(
      writes === undefined ? [expect.stringMatching(/^Not run: .*not written down/)] : [],
    );
    await transcript.close();
  }
  await expect(workspace.read('log')).rejects.toThrow();
  await rm(folder, { recursive: true, force: true });
});
