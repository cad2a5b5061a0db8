import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Recorded } from '../../src/ledger/event.ts';
import { dayMeter } from '../../src/loop/day-meter.ts';
import { ledgerStory, runStarted } from '../helpers/ledger-story.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'day-'));
});
afterEach(() => rm(folder, { recursive: true }));

const cost = (usd: number) => ({ type: 'cost.updated', usage: {}, usd }) as const;

/** A run that has paid: each of its payments as it stands in its ledger. */
async function paying(run: string, ...each: number[]): Promise<{ payments: Recorded[]; at: number }> {
  const story = ledgerStory(run);
  story.tell(runStarted());
  for (const usd of each) story.tell(cost(usd));
  await story.write(folder);
  return { payments: story.events.filter(({ type }) => type === 'cost.updated'), at: story.now() };
}

test('counts every run of the day, and each payment of the own run once, whenever it is asked first', async () => {
  await paying('other', 8);
  const { payments, at } = await paying('own', 1, 2, 4);
  const [, second, third] = payments as [Recorded, Recorded, Recorded];
  const meter = () => dayMeter(join(folder, 'runs'), 'own', () => at);
  // Two were paid by earlier processes, the last one is heard.
  const early = meter();
  early.hear(third);
  expect(early.usd()).toBe(15);
  // The last one was in the file when it was read, and is told a moment later.
  const late = meter();
  expect(late.usd()).toBe(15);
  late.hear(third);
  expect(late.usd()).toBe(15);
  late.hear({ ...second, seq: third.seq + 1 });
  expect(late.usd()).toBe(17);
});
