import { readFile, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/log.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { note } from './events.ts';
import { tempFolder } from './temp-folder.ts';

/** A ledger is written, cut at any byte, opened and written again, over and over. */
const step = fc.record({
  words: fc.array(fc.string({ unit: 'grapheme', maxLength: 60 }), { minLength: 1, maxLength: 5 }),
  keep: fc.double({ min: 0, max: 1, noNaN: true }),
});

it('cut at any byte, a ledger loses what stands behind the cut, at most half a line more, and goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      await using folder = await tempFolder();
      const file = folder.at('events.jsonl');
      await writeFile(file, '');
      let known: readonly unknown[] = [];
      for (const { words, keep } of steps) {
        const ledger = await openLedger(file, { run: 'r1' });
        expect(ledger.events).toEqual(known);
        for (const one of words) await ledger.append(note(one));
        await ledger.close();

        const bytes = await readFile(file);
        const size = Math.round(keep * bytes.length);
        await truncate(file, size);
        // Counted by hand: a line is whole when its newline is there.
        const whole = bytes.subarray(0, size).filter((byte) => byte === 10).length;
        known = ledger.events.slice(0, whole);
        const torn = size > 0 && bytes[size - 1] !== 10;

        const read = await readLedger(file);
        expect(read.events).toEqual(known);
        expect(read.torn !== undefined).toBe(torn);
        const again = await openLedger(file, { run: 'r1' });
        await again.close();
        expect(again.events).toEqual(known);
        expect(again.repaired !== undefined).toBe(torn);
        if (torn) expect(await readFile(`${file}.torn`)).toContain(bytes[size - 1]);
      }
    }),
    { numRuns: 60 },
  );
});

it('one changed byte anywhere but in the last line is never taken for a torn line', async () => {
  await using folder = await tempFolder();
  const file = folder.at('events.jsonl');
  const ledger = await openLedger(file, { run: 'r1' });
  for (const words of ['one', 'two', 'three', 'four']) await ledger.append(note(words));
  await ledger.close();
  const bytes = await readFile(file);
  const lastLine = bytes.lastIndexOf(10, bytes.length - 2) + 1;
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: lastLine - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] ?? 0) ^ change;
      await writeFile(file, broken);
      await expect(openLedger(file, { run: 'r1' })).rejects.toThrow(/^Line [1-4] of /);
      await expect(readLedger(file)).rejects.toThrow(/^Line [1-4] of /);
      expect(await readFile(file)).toEqual(broken);
    }),
    { numRuns: 150 },
  );
});
