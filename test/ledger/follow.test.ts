import { appendFile, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../src/ledger/event.ts';
import { follow } from '../../src/ledger/follow.ts';
import { openLedger } from '../../src/ledger/log.ts';
import { ledgerLines, note } from './events.ts';
import { build, start } from './program.ts';
import { tempFolder } from './temp-folder.ts';

/** The next `count` events. */
async function take(events: AsyncIterator<Recorded>, count: number): Promise<Recorded[]> {
  const taken: Recorded[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done) throw new Error(`ended after ${taken.length} events`);
    taken.push(value);
  }
  return taken;
}

/** The numbers from..to. */
function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function watchers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
}

describe('following a ledger', () => {
  it('gives what is there after `since`, then what comes, as it stands in the file', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    for (const words of ['one', 'two', 'three']) await ledger.append(note(words));
    const stop = new AbortController();
    const events = follow(ledger.file, 1, stop.signal);
    expect(await take(events, 2)).toEqual(ledger.events.slice(1));
    const next = take(events, 1);
    const four = await ledger.append(note('four'));
    expect(await next).toEqual([four]);
    stop.abort();
    expect(await events.next()).toEqual({ value: undefined, done: true });
    await ledger.close();
  });

  it('gives nothing old when `since` lies ahead', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    await ledger.append(note('one'));
    const stop = new AbortController();
    const events = follow(ledger.file, 2, stop.signal);
    const next = take(events, 1);
    await ledger.append(note('two'));
    await ledger.append(note('three'));
    expect(await next).toEqual(ledger.events.slice(2));
    stop.abort();
    await events.return();
    await ledger.close();
  });

  it.each([
    ['without a pause', '0'],
    ['2 ms apart', '2'],
    ['20 ms apart', '20'],
  ])('sees every append of a burst by another process, %s, in order', async (_name, gap) => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    const program = await build('append', folder.path);
    const count = gap === '20' ? 40 : 200;
    await using writer = start(program, [file, 'r1', String(count), gap]);
    const stop = new AbortController();
    const events = follow(file, 0, stop.signal);
    for (const burst of [1, 2]) {
      const seen = take(events, count);
      expect(await writer.ask('burst')).toBe(`${burst * count} done`);
      const sequence = (await seen).map((event) => event.seq);
      expect(sequence).toEqual(numbers((burst - 1) * count + 1, burst * count));
    }
    stop.abort();
    await events.return();
  });

  it('sees a new event within 100 ms', async () => {
    await using folder = await tempFolder();
    const ledger = await openLedger(folder.at('events.jsonl'), { run: 'r1' });
    const stop = new AbortController();
    const events = follow(ledger.file, 0, stop.signal);
    const delays: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const next = take(events, 1);
      await ledger.append(note(`${i}`));
      const before = performance.now();
      await next;
      delays.push(performance.now() - before);
    }
    stop.abort();
    await events.return();
    await ledger.close();
    // The median: a machine that is busy with other tests may be late once.
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(100);
  });

  it('never gives half a line, however it is written', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, '');
    const lines = ledgerLines(['eins', 'zwölf ✓', 'drei']);
    const stop = new AbortController();
    const events = follow(file, 0, stop.signal);
    const seen = take(events, lines.length);
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    for (let at = 0; at < bytes.length; at += 7) {
      await appendFile(file, bytes.subarray(at, at + 7));
      await pause(1);
    }
    expect((await seen).map((event) => JSON.stringify(event))).toEqual(lines);
    stop.abort();
    await events.return();
  });

  it('goes on when a torn line is cut off and another comes in its place', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    const [one = '', two = ''] = ledgerLines(['one', 'two']);
    await writeFile(file, `${one}\n${two.slice(0, 30)}`);
    const stop = new AbortController();
    const events = follow(file, 0, stop.signal);
    expect((await take(events, 1))[0]?.seq).toBe(1);
    const next = take(events, 1);
    const ledger = await openLedger(file, { run: 'r1' });
    await ledger.append(note('another'));
    expect(await next).toEqual(ledger.events.slice(1));
    stop.abort();
    await events.return();
    await ledger.close();
  });

  it('waits for a ledger, and its folder, that are not there yet', async () => {
    await using folder = await tempFolder();
    const file = folder.at('runs', 'r1', 'events.jsonl');
    const stop = new AbortController();
    const events = follow(file, 0, stop.signal);
    const next = take(events, 1);
    await mkdir(folder.at('runs'));
    const ledger = await openLedger(file, { run: 'r1' });
    await ledger.append(note('one'));
    expect(await next).toEqual(ledger.events);
    stop.abort();
    await events.return();
    await ledger.close();
  });

  it('ends at the signal while it waits, and leaves no watcher behind', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, `${ledgerLines(['one'])[0]}\n`);
    const before = watchers();
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const event of follow(file, 0, stop.signal)) {
      seen.push(event.seq);
      setImmediate(() => {
        expect(watchers()).toBeGreaterThan(before);
        stop.abort();
      });
    }
    expect(seen).toEqual([1]);
    // A closed watcher is gone a turn of the event loop later.
    await expect.poll(watchers, { timeout: 10_000 }).toBe(before);
    expect(await follow(file, 0, AbortSignal.abort()).next()).toEqual({ value: undefined, done: true });
  });

  it('ends at the signal between two events', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, `${ledgerLines(['one', 'two', 'three']).join('\n')}\n`);
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const event of follow(file, 0, stop.signal)) {
      seen.push(event.seq);
      if (event.seq === 2) stop.abort();
    }
    expect(seen).toEqual([1, 2]);
  });

  it('ends when the ledger is deleted', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, `${ledgerLines(['one'])[0]}\n`);
    const seen: number[] = [];
    for await (const event of follow(file, 0, new AbortController().signal)) {
      seen.push(event.seq);
      await rm(file);
    }
    expect(seen).toEqual([1]);
  });

  it.each([
    ['an odd line', 'garbage\nmore\n', 'Line 2 of F is not JSON.'],
    ['a line twice', `${ledgerLines(['one'])[0]}\n`, 'Line 2 of F has "seq": 1 where 2 belongs.'],
  ])('stops at %s', async (_name, text, sentence) => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, `${ledgerLines(['one'])[0]}\n`);
    const events = follow(file, 0, new AbortController().signal);
    await take(events, 1);
    const next = events.next().catch((error: Error) => error.message);
    await appendFile(file, text);
    expect(String(await next).replace(file, 'F')).toBe(sentence);
  });

  it('stops when an event is gone that was there', async () => {
    await using folder = await tempFolder();
    const file = folder.at('events.jsonl');
    await writeFile(file, `${ledgerLines(['one', 'two']).join('\n')}\n`);
    const events = follow(file, 0, new AbortController().signal);
    await take(events, 2);
    await truncate(file, 10);
    await expect(events.next()).rejects.toThrow(`Line 2 of ${file} is gone, though it had been read.`);
  });
});
