import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { ledgerLines } from './events.ts';
import { type TempFolder, tempFolder } from './temp-folder.ts';

async function written(lines: readonly string[], tail = ''): Promise<TempFolder & { file: string }> {
  const folder = await tempFolder();
  const file = folder.at('events.jsonl');
  await writeFile(file, lines.map((line) => `${line}\n`).join('') + tail);
  return { ...folder, file };
}

describe('reading a ledger', () => {
  it('gives every event as it stands in the file', async () => {
    const lines = ledgerLines(['one', 'zwei ✓', 'three']);
    await using ledger = await written(lines);
    expect(await readLedger(ledger.file)).toEqual({ events: lines.map((line) => JSON.parse(line)) });
  });

  it('puts lines together that are cut by the chunks they are read in, in the middle of a character too', async () => {
    // 300,000 bytes and more each, of three bytes a character: no chunk ends where a line or a character does.
    const lines = ledgerLines(['✓'.repeat(100_001), '✗'.repeat(200_003), 'x', '✓'.repeat(90_000)]);
    await using ledger = await written(lines);
    const { events } = await readLedger(ledger.file);
    expect(events.map((event) => JSON.stringify(event))).toEqual(lines);
  });

  it.each([65_536, 131_072, 262_144, 524_288, 1_048_576])('finds a newline that is byte %i', async (at) => {
    const empty = ledgerLines([''])[0]?.length ?? 0;
    const lines = ledgerLines(['x'.repeat(at - empty), 'y', 'z']);
    expect(lines[0]?.length).toBe(at);
    await using ledger = await written(lines);
    expect((await readLedger(ledger.file)).events.length).toBe(3);
  });

  it('of no bytes gives no events', async () => {
    await using ledger = await written([]);
    expect(await readLedger(ledger.file)).toEqual({ events: [] });
  });

  it.each(['{"words":"half', '\0\0\0', 'garbage\n', '\n'])(
    'leaves out a torn last line and tells it: %j',
    async (tail) => {
      const lines = ledgerLines(['one', 'two']);
      await using ledger = await written(lines, tail);
      const before = await readFile(ledger.file);
      const { events, torn } = await readLedger(ledger.file);
      expect(events.length).toBe(2);
      expect(torn).toBe(`a torn last line (${tail.length} bytes after line 2)`);
      expect(await readFile(ledger.file)).toEqual(before);
    },
  );

  it('refuses a changed line, unless the chain of hashes is left out', async () => {
    const [one = '', two = ''] = ledgerLines(['one', 'two']);
    await using ledger = await written([one.replace('one', 'eno'), two]);
    const error = await readLedger(ledger.file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toBe(
      `Line 2 of ${ledger.file} does not follow from the line before it ("prev" is not its sha256): one of them was changed.`,
    );
    expect((await readLedger(ledger.file, { verify: false })).events.length).toBe(2);
  });

  it.each([
    ['a missing line', [0, 2], 'Line 2 of F has "seq": 3 where 2 belongs.'],
    ['a line twice', [0, 0], 'Line 2 of F has "seq": 1 where 2 belongs.'],
  ])('refuses %s even without the chain', async (_name, picked, sentence) => {
    const lines = ledgerLines(['one', 'two', 'three']);
    await using ledger = await written(picked.map((index) => lines[index] ?? ''));
    const error = await readLedger(ledger.file, { verify: false }).catch((thrown: unknown) => thrown);
    expect((error as UserError).message.replace(ledger.file, 'F')).toBe(sentence);
  });

  it('refuses lines of two runs, whichever they are', async () => {
    const [one = '', two = ''] = ledgerLines(['one', 'two']);
    await using ledger = await written([one, two.replace('"run":"r1"', '"run":"r2"')]);
    await expect(readLedger(ledger.file)).rejects.toThrow('has "run": "r2" where "r1" belongs');
  });

  it('refuses a line that names no run', async () => {
    const [one = ''] = ledgerLines(['one']);
    await using ledger = await written([one.replace('"run":"r1",', '')]);
    await expect(readLedger(ledger.file)).rejects.toThrow(
      'has "run": nothing where the name of a run belongs',
    );
  });

  it('believes payloads and unknown events: it knows no schema', async () => {
    const [one = ''] = ledgerLines(['one']);
    await using ledger = await written([one.replace('note.added', 'moon.landed').replace('words', 'colour')]);
    expect((await readLedger(ledger.file)).events).toMatchObject([{ type: 'moon.landed', colour: 'one' }]);
  });

  it('of a newer format says that a newer agentloop wrote it', async () => {
    const [one = ''] = ledgerLines(['one']);
    await using ledger = await written([one.replace('"v":1', '"v":2')]);
    await expect(readLedger(ledger.file)).rejects.toThrow(
      'was written by a newer agentloop: it has format 2, this one reads format 1.',
    );
  });

  it('that is not there is told as such', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await expect(readLedger(file)).rejects.toThrow(
      new UserError(`There is no ${file}.`, 'See what there is with: agentloop status'),
    );
  });

  it('that is no file is told with the reason', async () => {
    await using folder = await tempFolder();
    await expect(readLedger(folder.path)).rejects.toThrow(
      new RegExp(`^${folder.path} cannot be opened: it is no plain file`),
    );
  });
});
