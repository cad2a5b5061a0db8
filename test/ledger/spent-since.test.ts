import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { paidSince } from '../../src/ledger/spent-since.ts';
import { ledgerStory, limitsSet, runStarted } from '../helpers/ledger-story.ts';

it('sums what all ledgers but ours tell since an instant, and reads none that is older', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'paid-'));
  try {
    const cost = (usd: number | null) => ({ type: 'cost.updated', usage: {}, usd }) as const;
    for (const [run, each] of [
      ['one', 0.5],
      ['two', 0.25],
      ['ours', 100],
      ['old', 1000],
    ] as const) {
      const story = ledgerStory(run);
      story.tell(runStarted());
      story.tell(cost(each));
      // The file is read in pieces, and every boundary lies in a line that pays.
      const wide = run === 'one' ? { model: 'm'.repeat(20_000) } : {};
      story.tell({ type: 'note.added', words: 'a while later', by: 'ada' }, 600);
      for (let n = 0; n < 120; n += 1) story.tell({ ...cost(each), ...wide });
      story.tell(cost(null));
      story.tell(limitsSet());
      const dir = await story.write(folder);
      const written = new Date(run === 'old' ? 0 : Date.UTC(2026, 10, 25));
      await utimes(join(dir, 'events.jsonl'), written, written);
    }
    const runs = join(folder, 'runs');
    const all = (since: number) => paidSince(runs, since, 'ours').reduce((sum, { usd }) => sum + usd, 0);
    expect(all(Date.UTC(2026, 10, 20))).toBe(121 * 0.75);
    // 22:20 and later: the first payment of each is older.
    expect(all(Date.UTC(2026, 10, 20, 22, 20))).toBe(120 * 0.75);
    expect(all(Date.UTC(2026, 10, 22))).toBe(0);
    expect(paidSince(join(folder, 'nowhere'), 0, '')).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
