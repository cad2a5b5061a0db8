import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { clis } from './clis.ts';
import { pinned } from './pinned.ts';
import { lastProved, page, pageWith } from './proved.ts';

test('the table of docs/brains.md is what the last written run of the agent CLIs found', () => {
  const text = readFileSync(page, 'utf8');
  expect(text).toBe(pageWith(text, lastProved()));
});

test('what was found is of the pinned versions, holds every case, and is what is known of each', () => {
  for (const [name, { version, cases: found }] of Object.entries(lastProved())) {
    const cli = clis[name as keyof typeof clis];
    expect(version).toBe(pinned[cli.name].version);
    expect(Object.keys(found).sort()).toEqual(cases.map((one) => one.name).sort());
    for (const [one, { holds, words }] of Object.entries(found))
      expect(holds ? undefined : words, `${name} ${one}`).toBe(cli.cannot?.[one]);
  }
});
