import { copyFile, mkdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../../src/ledger/fold.ts';
import { openLedger } from '../../src/ledger/log.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { readStanding } from '../../src/ledger/standing.ts';
import { readVerdicts } from '../../src/ledger/verdicts.ts';
import { wholeNight } from '../helpers/nights.ts';
import { note, sha256 } from './events.ts';
import { type TempFolder, tempFolder } from './temp-folder.ts';

const run = '2026-11-20';
let made: TempFolder;
/** A ledger of more than a megabyte that was written by `openLedger`, and the state that was saved at its end. */
beforeAll(async () => {
  made = await tempFolder();
  const lines = wholeNight().text().trimEnd().split('\n');
  for (let prev = lines.at(-1) ?? ''; lines.length < 1200; prev = lines.at(-1) ?? '') {
    const envelope = {
      v: 1,
      seq: lines.length + 1,
      ts: '2026-11-21T06:00:00.000Z',
      run,
      type: 'note.added',
      prev: sha256(prev),
    };
    lines.push(JSON.stringify({ words: 'w'.repeat(1000), by: 'ada@host', feature: 'F003', ...envelope }));
  }
  await writeFile(made.at('events.jsonl'), `${lines.join('\n')}\n`);
  const ledger = await openLedger(made.at('events.jsonl'), { run });
  expect(ledger.events.length).toBe(1200);
  const state = ledger.handOver();
  if (!state) throw new Error('no state');
  expect(ledger.events.length).toBe(0);
  const { step } = await import('../../src/ledger/fold.ts');
  step(state, await ledger.append(note('the last')));
  await ledger.keep(state);
  await ledger.close();
});
afterAll(() => made[Symbol.asyncDispose]());

/** A copy of it, with the times of the files as they were. */
async function copy(): Promise<TempFolder> {
  const folder = await tempFolder();
  for (const name of ['events.jsonl', 'state.json']) {
    await copyFile(made.at(name), folder.at(name));
    const { atime, mtime } = await stat(made.at(name));
    await utimes(folder.at(name), atime, mtime);
  }
  // Times are set to the ms; the state knows them to the ns.
  await editHeader(folder, async (header) => {
    header['written'] = String((await stat(folder.at('events.jsonl'), { bigint: true })).mtimeNs);
  });
  return folder;
}

async function editHeader(
  folder: TempFolder,
  change: (header: Record<string, unknown>) => void | Promise<void>,
): Promise<void> {
  const [head = '', body = ''] = (await readFile(folder.at('state.json'), 'utf8')).split('\n');
  const header = JSON.parse(head) as Record<string, unknown>;
  await change(header);
  await writeFile(folder.at('state.json'), `${JSON.stringify(header)}\n${body}\n`);
}

/** How many events were read to open it, and the state they led to. */
async function opened(folder: TempFolder) {
  const ledger = await openLedger(folder.at('events.jsonl'), { run });
  const read = ledger.events.length;
  const state = ledger.handOver();
  await ledger.close();
  return { read, state, seq: ledger.seq };
}

/** The state by all the events, whatever is saved. */
async function byHand(folder: TempFolder) {
  return fold((await readLedger(folder.at('events.jsonl'))).events);
}

it('is known by the text of all that the fold uses: exported functions of files that make its print', async () => {
  const source = (name: string) => readFile(new URL(`../../src/ledger/${name}`, import.meta.url), 'utf8');
  const used = new Set(['fold.ts']);
  for (const name of used) {
    const text = await source(name);
    expect([name, /^(export )?(const|let|class)|^function/m.exec(text)?.[0]]).toEqual([name, undefined]);
    for (const [, type, , from = ''] of text.matchAll(/^import (type )?([^;]*?) from '\.\/([^']+)';/gm))
      if (type === undefined) used.add(from);
  }
  const printed = [...(await source('saved-state.ts')).matchAll(/^import \* as \w+ from '\.\/([^']+)';/gm)];
  expect(printed.map(([, name]) => name).toSorted()).toEqual([...used].toSorted());
});

describe('the state that was saved beside a long ledger', () => {
  it('stands for all events before it: opening reads those since, and comes to the same state', async () => {
    await using folder = await copy();
    const state = await byHand(folder);
    expect(await opened(folder)).toEqual({ read: 0, state, seq: 1201 });
    const ledger = await openLedger(folder.at('events.jsonl'), { run });
    for (const words of ['one', 'two']) await ledger.append(note(words));
    await ledger.close();
    expect(await opened(folder)).toEqual({ read: 2, state: await byHand(folder), seq: 1203 });
    expect((await readStanding(folder.at('events.jsonl'))).state).toEqual(await byHand(folder));
    expect(state?.words).toContain('the last');
  });

  it('links the next event to the last one, so that the chain stays whole', async () => {
    await using folder = await copy();
    const ledger = await openLedger(folder.at('events.jsonl'), { run });
    await ledger.append(note('next'));
    await ledger.close();
    const { events } = await readLedger(folder.at('events.jsonl'));
    expect(events.at(-1)).toMatchObject({ seq: 1202, words: 'next' });
  });

  it.each<[string, (folder: TempFolder) => Promise<unknown>]>([
    ['deleted', (folder) => rm(folder.at('state.json'))],
    ['empty', (folder) => writeFile(folder.at('state.json'), '')],
    ['no JSON', (folder) => writeFile(folder.at('state.json'), '{"format":1,\n{')],
    [
      'a folder',
      async (folder) => {
        await rm(folder.at('state.json'));
        await mkdir(folder.at('state.json'));
      },
    ],
    [
      'cut short',
      async (folder) => truncate(folder.at('state.json'), (await stat(folder.at('state.json'))).size - 20),
    ],
    [
      'changed by hand',
      async (folder) =>
        writeFile(
          folder.at('state.json'),
          (await readFile(folder.at('state.json'), 'utf8')).replace('"usd":', '"usd":9'),
        ),
    ],
    [
      'of a newer format',
      (folder) =>
        editHeader(folder, (header) => {
          header['format'] = 2;
        }),
    ],
    [
      'made by another fold',
      (folder) =>
        editHeader(folder, (header) => {
          header['print'] = 'x';
        }),
    ],
    [
      'of a place inside a line',
      (folder) =>
        editHeader(folder, (header) => {
          header['offset'] = Number(header['offset']) - 3;
        }),
    ],
    [
      'of another last line',
      (folder) =>
        editHeader(folder, (header) => {
          header['hash'] = '0'.repeat(64);
        }),
    ],
    [
      'older than the last touch of the ledger',
      (folder) => utimes(folder.at('events.jsonl'), new Date(), new Date()),
    ],
  ])('is not there where it is %s: all lines are read, and nobody hears of it', async (_, damage) => {
    await using folder = await copy();
    await damage(folder);
    const state = await byHand(folder);
    expect(await opened(folder)).toEqual({ read: 1201, state, seq: 1201 });
    expect((await readStanding(folder.at('events.jsonl'))).state).toEqual(state);
  });

  it('does not hide a line that was changed before it', async () => {
    await using folder = await copy();
    const text = await readFile(folder.at('events.jsonl'), 'utf8');
    await writeFile(folder.at('events.jsonl'), text.replace('the words', 'other').replace('"wwww', '"vwww'));
    await expect(opened(folder)).rejects.toThrow(/does not follow from the line before it/);
    await expect(readStanding(folder.at('events.jsonl'))).rejects.toThrow(/does not follow/);
  });

  it('does not hide a torn last line, which is cut off as ever', async () => {
    await using folder = await copy();
    await truncate(folder.at('events.jsonl'), (await stat(folder.at('events.jsonl'))).size - 5);
    const ledger = await openLedger(folder.at('events.jsonl'), { run });
    expect(ledger.repaired).toContain('cut off a torn last line');
    await ledger.close();
  });

  it('knows when whole lines are gone: nothing is written, and a person is told how to go on', async () => {
    await using folder = await copy();
    const text = await readFile(folder.at('events.jsonl'), 'utf8');
    const cut = `${text.split('\n').slice(0, 40).join('\n')}\n`;
    await writeFile(folder.at('events.jsonl'), cut);
    const opening = openLedger(folder.at('events.jsonl'), { run });
    await expect(opening).rejects.toMatchObject({
      message: expect.stringContaining('ends after event 40, and once had 1201'),
      help: expect.stringContaining("state.json'"),
      exit: 'cannot-start',
    });
    expect(await readFile(folder.at('events.jsonl'), 'utf8')).toBe(cut);
    await rm(folder.at('state.json'));
    expect(await opened(folder)).toMatchObject({ read: 40, seq: 40 });
  });

  it('that cannot be written is no failure', async () => {
    await using folder = await copy();
    await mkdir(folder.at('state.json.part'));
    const ledger = await openLedger(folder.at('events.jsonl'), { run });
    const state = ledger.handOver();
    if (state) await ledger.keep(state);
    await ledger.close();
    expect((await opened(folder)).read).toBe(0);
  });
});

it('verdicts are found without reading the lines between', async () => {
  const { events } = await readLedger(made.at('events.jsonl'));
  const verdicts = events.filter((event) => event.type === 'judge.ruled');
  expect(verdicts.length).toBeGreaterThan(3);
  expect(await readVerdicts(made.at('events.jsonl'))).toEqual(verdicts);
});
