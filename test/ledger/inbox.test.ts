import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  answeredIn,
  type Message,
  readInbox,
  removeFromInbox,
  writeToInbox,
} from '../../src/ledger/inbox.ts';

let dir: string;
beforeEach(async () => {
  dir = path.join(await fs.mkdtemp(path.join(os.tmpdir(), 'inbox-')), 'runs', 'r1', 'inbox');
});
afterEach(async () => {
  await fs.rm(path.join(dir, '../../..'), { recursive: true, force: true });
});

const by = 'ada@desk';
const at = (second: number): string => new Date(Date.UTC(2026, 10, 20, 22, 0, second)).toISOString();

test('messages come out as they went in, oldest first, and are gone when taken out', async () => {
  const sent: Message[] = [
    { type: 'note', words: 'use tabs\nand "quotes"', by, at: at(1) },
    { type: 'answer', feature: 'F002', words: 'yes', by, at: at(1) },
    { type: 'pause', by, at: at(2) },
    { type: 'resume', by, at: at(3) },
    { type: 'stop', now: true, by, at: at(10) },
  ];
  const late = sent.at(-1) as Message;
  await writeToInbox(dir, late);
  for (const message of sent.slice(0, -1)) await writeToInbox(dir, message);
  expect(await answeredIn(dir)).toEqual(new Set(['F002']));
  const { messages, broken } = await readInbox(dir);
  expect(messages.map((one) => one.message)).toEqual(sent);
  expect(broken).toEqual([]);
  for (const one of messages) await removeFromInbox(one.file);
  await removeFromInbox(messages[0]?.file as string);
  expect(await fs.readdir(dir)).toEqual([]);
});

test('an inbox that does not exist is empty', async () => {
  expect(await readInbox(dir)).toEqual({ messages: [], broken: [] });
});

test('a message that is still being written is not read', async () => {
  const file = await writeToInbox(dir, { type: 'pause', by, at: at(1) });
  await fs.rename(file, `${file}.part`);
  expect(await readInbox(dir)).toEqual({ messages: [], broken: [] });
});

test('what is no message is told and set aside, and the others still arrive', async () => {
  await fs.mkdir(dir, { recursive: true });
  const files: Record<string, string> = {
    '01.json': '{"type":"pause"',
    '02.json': '[]',
    '03.json': JSON.stringify({ type: 'pause', by }),
    '04.json': JSON.stringify({ type: 'merge', by, at: at(1) }),
    '05.json': JSON.stringify({ type: 'note', words: ' ', by, at: at(1) }),
    '06.json': JSON.stringify({ type: 'note', words: 'x'.repeat(8001), by, at: at(1) }),
    '07.json': JSON.stringify({ type: 'answer', words: 'x', by, at: at(1) }),
    '08.json': JSON.stringify({ type: 'stop', now: 'yes', by, at: at(1) }),
    '09.json': JSON.stringify({ type: 'pause', by: 'x'.repeat(70_000), at: at(1) }),
    '10.json': JSON.stringify({ type: 'pause', by, at: 'yesterday' }),
    '11.json': JSON.stringify({ type: 'note', words: 'x', feature: 7, by, at: at(1) }),
  };
  for (const [name, text] of Object.entries(files)) await fs.writeFile(path.join(dir, name), text);
  execFileSync('mkfifo', [path.join(dir, '12.json')]);
  await fs.symlink('/etc/hostname', path.join(dir, '13.json'));
  await writeToInbox(dir, { type: 'resume', by, at: at(1) });

  const { messages, broken } = await readInbox(dir);
  expect(messages.map((one) => one.message.type)).toEqual(['resume']);
  expect(
    broken.map((one) => `${path.relative(dir, one.file)}: ${one.why.replace(/\(.*\)/, '(…)')}`),
  ).toMatchInlineSnapshot(`
      [
        "broken/01.json: it is not JSON (…)",
        "broken/02.json: it does not say by whom",
        "broken/03.json: it does not say when",
        "broken/04.json: its type is none of pause, resume, stop, answer, drop, note",
        "broken/05.json: it has no words",
        "broken/06.json: it has 8001 characters, the limit is 8000",
        "broken/07.json: an answer names its feature",
        "broken/08.json: now must be true or false",
        "broken/09.json: it has 70056 bytes, the limit is 65536",
        "broken/10.json: it does not say when",
        "broken/11.json: feature must be an id",
        "broken/12.json: it is no plain file",
        "broken/13.json: it cannot be opened (…)",
      ]
    `);
  expect((await readInbox(dir)).broken).toEqual([]);
});

test.each([
  ['', 'it has no words'],
  ['x'.repeat(8001), 'it has 8001 characters, the limit is 8000'],
])('words that no brief can hold are refused where they are typed', async (words, why) => {
  const sending = writeToInbox(dir, { type: 'note', words, by, at: at(1) });
  await expect(sending).rejects.toThrow(`This cannot be handed to the run: ${why}.`);
});
