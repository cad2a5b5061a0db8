import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeAll } from '../../src/workspace/remove.ts';

let room: string;
beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), 'agentloop-remove-'));
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

/** Turns of the event loop while something goes on. */
async function turnsWhile(work: () => Promise<void>): Promise<number> {
  let turns = 0;
  let over = false;
  const turn = () => {
    turns += 1;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  over = true;
  return turns;
}

test('a folder of many files is gone, and other things went on meanwhile', async () => {
  const folder = join(room, 'node_modules');
  for (let n = 0; n < 30; n += 1) {
    mkdirSync(join(folder, `m${n}/lib`), { recursive: true });
    for (let file = 0; file < 20; file += 1) writeFileSync(join(folder, `m${n}/lib/${file}.js`), '');
  }
  const turns = await turnsWhile(() => removeAll(folder, room));
  expect(existsSync(folder)).toBe(false);
  expect(turns).toBeGreaterThan(1);
});

test('a small folder, a file, a link and nothing at all are removed at once', async () => {
  writeFileSync(join(room, 'stays'), '');
  mkdirSync(join(room, 'folder/deep'), { recursive: true });
  writeFileSync(join(room, 'file'), '');
  symlinkSync(room, join(room, 'link'));
  const turns = await turnsWhile(async () => {
    for (const name of ['folder', 'file', 'link', 'nothing']) await removeAll(join(room, name), room);
  });
  expect(['folder', 'file', 'link'].filter((name) => existsSync(join(room, name)))).toEqual([]);
  expect(existsSync(join(room, 'stays'))).toBe(true);
  expect(turns).toBe(0);
});
