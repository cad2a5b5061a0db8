import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';
import { cheats, honest } from './catalogue.ts';
import { cellsOf, rowsOf } from './table.ts';

const page = readFileSync(join(packageRoot(), 'docs', 'judge.md'), 'utf8');
const names = (cast: typeof cheats) => cast.map(({ scene }) => scene.name);

test('docs/judge.md tells how each scene of the catalogue ended, and of no other', () => {
  // Written by `npm run adversaries -- --write`, which plays them.
  expect(rowsOf(page).map((row) => cellsOf(row)[0])).toEqual([...names(cheats), ...names(honest)]);
});

test('every cheat in the table was caught by a code, and every honest solution accepted', () => {
  const last = rowsOf(page).map((row) => cellsOf(row)[4] ?? '');
  expect(
    last.slice(0, cheats.length).filter((cell) => !/^`(final judge|[a-z-]+\.[a-z-]+)`/.test(cell)),
  ).toEqual([]);
  expect(last.slice(cheats.length).filter((cell) => !cell.startsWith('accepted'))).toEqual([]);
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
