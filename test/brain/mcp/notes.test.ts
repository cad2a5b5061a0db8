import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addNote, readNotes, withNotes } from '../../../src/brain/mcp/notes.ts';
import { noteCaps } from '../../../src/brain/mcp/offered.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notes-'));
  file = join(folder, 'notes.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a note is one line, and is read back', async () => {
  expect(await addNote(file, 'npm test\n needs   TZ ')).toEqual({ now: 1 });
  expect(await addNote(file, '"quoted"\u2028')).toEqual({ now: 2 });
  expect(await readFile(file, 'utf8')).toBe('{"text":"npm test needs TZ"}\n{"text":"\\"quoted\\""}\n');
  expect(await readNotes(file)).toEqual(['npm test needs TZ', '"quoted"']);
});

test('no more are taken than are kept, and none that is too long or says nothing', async () => {
  for (let n = 1; n <= noteCaps.notes; n += 1) expect(await addNote(file, `note ${n}`)).toEqual({ now: n });
  expect(await addNote(file, 'one more')).toMatch(/^There are 20 notes already/);
  expect(await readNotes(file)).toHaveLength(noteCaps.notes);
  await rm(file);
  expect(await addNote(file, 'x'.repeat(noteCaps.characters + 1))).toMatch(/has 501\. Say it shorter/);
  expect(await addNote(file, ' \n ')).toMatch(/^The note is empty/);
  expect(await readNotes(file)).toEqual([]);
});

test('the largest notes that are taken fit into what is read', async () => {
  for (let n = 1; n <= noteCaps.notes; n += 1) await addNote(file, '\u0001'.repeat(noteCaps.characters));
  expect(await readNotes(file)).toHaveLength(noteCaps.notes);
});

test('of a file that somebody else wrote only notes are taken, each cut, and not too many', async () => {
  const lines = [
    'no json',
    '{"text":5}',
    '"text"',
    '{"text":"good","more":1}',
    '',
    '{"text":" "}',
    JSON.stringify({ text: 'y'.repeat(9000) }),
  ];
  await writeFile(file, lines.join('\n'));
  const [good, long, ...more] = await readNotes(file);
  expect([good, long?.length, more]).toEqual(['good', noteCaps.characters, []]);
  await writeFile(file, '{"text":"n"}\n'.repeat(100));
  expect(await readNotes(file)).toHaveLength(noteCaps.notes);
});

test('a link, a folder and a file without end give none, and take none', async () => {
  await writeFile(join(folder, 'mine'), '{"text":"mine"}\n');
  await symlink(join(folder, 'mine'), file);
  expect(await readNotes(file)).toEqual([]);
  expect(await addNote(file, 'x')).toMatch(/could not be written: it is a symbolic link/);
  expect(await readNotes(folder)).toEqual([]);
  await rm(file);
  await writeFile(file, '{"text":"n"}\n'.repeat(6000));
  expect(await readNotes(file)).toEqual([]);
  expect(await addNote(file, 'x')).toMatch(/it is larger than 64 KiB/);
});

test('they stand behind what the brain says it learned, at the end of its work only', () => {
  const finished = { type: 'finished', claim: 'done', handoff: { did: 'it' } } as const;
  expect(withNotes(finished, [])).toBe(finished);
  expect(withNotes(finished, ['a', 'b'])).toEqual({ ...finished, handoff: { did: 'it', learned: 'a\nb' } });
  const learned = { ...finished, handoff: { learned: 'own\n' } };
  expect(withNotes(learned, ['a'])).toMatchObject({ handoff: { learned: 'own\na' } });
  const failed = { type: 'failed', failure: { kind: 'crashed', reason: 'x' } } as const;
  expect(withNotes(failed, ['a'])).toBe(failed);
});
