import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';
import { cheats, honest } from './catalogue.ts';
import { open } from './open.ts';
import { cellsOf, rowsOf } from './table.ts';

const page = readFileSync(join(packageRoot(), 'docs', 'judge.md'), 'utf8');
const names = (cast: typeof cheats) => cast.map(({ scene }) => scene.name);

test('docs/judge.md tells how each scene of the catalogue ended, and of no other', () => {
  // Written by `npm run adversaries -- --write`, which plays them.
  expect(rowsOf(page).map((row) => cellsOf(row)[0])).toEqual([...names(cheats), ...names(honest)]);
});

test('every cheat in the table was caught by a code, and every honest solution accepted, but for those that are open', () => {
  const rows = rowsOf(page).map((row) => cellsOf(row));
  const caught = /^`(final judge|[a-z-]+\.[a-z-]+)`/;
  const wrong = [
    ...rows.slice(0, cheats.length).filter((row) => !caught.test(row[4] ?? '')),
    ...rows.slice(cheats.length).filter((row) => !row[4]?.startsWith('accepted')),
  ];
  expect(wrong.map(([name]) => name).sort()).toEqual(Object.keys(open).sort());
});

test('there are at least 60 cheats and 20 honest solutions, over at least three runners, each told in a sentence', () => {
  expect(cheats.length).toBeGreaterThanOrEqual(60);
  expect(honest.length).toBeGreaterThanOrEqual(20);
  for (const cast of [cheats, honest])
    expect(new Set(cast.map(({ scene }) => scene.repo)).size).toBeGreaterThanOrEqual(3);
  const all = [...cheats, ...honest].map(({ scene }) => scene);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.filter(({ does }) => !/^[A-Z].*\.$/.test(does)).map(({ name }) => name)).toEqual([]);
});
