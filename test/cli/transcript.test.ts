import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { transcript } from '../../src/cli/commands/transcript.ts';
import { openTranscript } from '../../src/ledger/transcript.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { wholeNight } from '../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
let file: string;
beforeEach(async () => {
  repo = await repoWithRuns();
  file = join(await repo.addRun(wholeNight()), 'sessions', '2.jsonl');
});
afterEach(() => repo.remove());

async function write(...entries: readonly (readonly [string, object])[]): Promise<void> {
  const open = await openTranscript(file, { now: () => Date.UTC(2026, 10, 20, 22, 15, 7) });
  for (const [type, data] of entries) await open.write(type, data);
  await open.close();
}

async function read(options: { json?: boolean } = {}): Promise<string> {
  const io = fakeIo({ cwd: repo.dir });
  expect(await transcript(io, '2', undefined, options)).toBe(0);
  return io.out();
}

test('a conversation, a command and its end read like one', async () => {
  await write(
    ['user.said', { message: { role: 'user', content: 'Add a todo.\nWith a test.' }, cause: 'brief' }],
    [
      'assistant.said',
      {
        message: {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Where is the source?' },
            { type: 'text', text: 'I look first.' },
            { type: 'tool_use', id: 't1', name: 'bash', input: { command: 'ls\ncat a', timeout: 5 } },
          ],
        },
      },
    ],
    [
      'user.said',
      {
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'src\na' }] }],
        },
      },
    ],
    ['command.ended', { code: 0, signal: null, ms: 1200 }],
    ['claim.made', { claim: 'done', handoff: { did: 'all of it' } }],
  );
  expect(await read()).toMatchInlineSnapshot(`
    "22:15:07 1 user.said
      Add a todo.
      With a test.
    22:15:07 2 assistant.said
      (thinks) Where is the source?
      I look first.
      → bash
        command:
          ls
          cat a
        timeout: 5
    22:15:07 3 user.said
      ←
        src
        a
    22:15:07 4 command.ended
      code: 0
      signal: null
      ms: 1200
    22:15:07 5 claim.made
      claim: done
      handoff: {"did":"all of it"}
    "
  `);
});

test('as JSON nothing is cut and nothing is changed', async () => {
  const long = Array.from({ length: 500 }, (_, line) => `line ${line} \u001b[31m`).join('\n');
  await write(['command.output', { text: long }]);
  const entry = JSON.parse(await read({ json: true }));
  expect(entry).toMatchObject({ seq: 1, type: 'command.output', text: long });
});

test('long output shows its head and its tail, and says what is missing', async () => {
  await write([
    'command.output',
    { text: Array.from({ length: 500 }, (_, line) => `line ${line}`).join('\n') },
  ]);
  const lines = (await read()).split('\n');
  expect(lines).toContain('    line 19');
  expect(lines).not.toContain('    line 20');
  expect(lines).toContain('    [… 460 lines left out, --json has them]');
  expect(lines).toContain('    line 480');
  expect(lines.every((line) => line.length < 2100)).toBe(true);
});

test('what a brain printed cannot touch the screen', async () => {
  await write([
    'command\u001b[2J',
    {
      text: '\u001b]0;owned\u0007red\u001b[31m',
      nested: { a: '\u001b[2J' },
      list: [{ type: 'text', text: '\u202e' }],
    },
  ]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(await read()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|owned/);
});

test('a torn last line is told after what can be read', async () => {
  await write(['claim.made', { claim: 'done' }]);
  await appendFile(file, '{"type":"hal');
  const io = fakeIo({ cwd: repo.dir });
  await transcript(io, '2', undefined, {});
  expect(io.out()).toContain('claim: done');
  expect(io.err()).not.toBe('');
});

test.each(['7', '0', 'two', '../../../etc/passwd'])(
  'a session "%s" that has none is told with those there are',
  async (session) => {
    const reading = transcript(fakeIo({ cwd: repo.dir }), session, undefined, {});
    await expect(reading).rejects.toMatchObject({
      message: `Run 2026-11-20 has no transcript of a session "${session}".`,
      help: 'It has had 5 sessions, numbered from 1: agentloop transcript 5 2026-11-20',
    });
  },
);

test('who was asked beside a session has a transcript of its own, which the session names', async () => {
  await write(['claim.made', { claim: 'done', handoff: {} }]);
  const examiner = await openTranscript(file.replace('2.jsonl', '2.examiner.jsonl'));
  await examiner.write('step', { say: 'a sealed test' });
  await examiner.close();
  const io = fakeIo({ cwd: repo.dir });
  expect(await transcript(io, '2', undefined, {})).toBe(0);
  expect(io.err()).toContain('agentloop transcript 2.examiner');
  const own = fakeIo({ cwd: repo.dir });
  expect(await transcript(own, '2.examiner', undefined, {})).toBe(0);
  expect(own.out()).toContain('a sealed test');
  await expect(transcript(own, '../2', undefined, {})).rejects.toThrow(/no transcript of a session/);
});
