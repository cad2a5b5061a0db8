import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newFiles } from '../../src/workspace/new-files.ts';
import type { BytePath } from '../../src/workspace/trees.ts';
import { put } from './vaults.ts';

function folder(files: readonly string[]): string {
  const top = mkdtempSync(join(tmpdir(), 'new-files-'));
  onTestFinished(() => rmSync(top, { recursive: true }));
  for (const path of files) put(top, path, '');
  return top;
}

/** Answers like git with these folders ignored, and counts what it was asked. */
function ignoring(...folders: readonly string[]) {
  const asked: BytePath[][] = [];
  const ask = async (paths: readonly BytePath[]) => {
    asked.push([...paths]);
    return new Set(paths.filter((path) => folders.some((one) => path.startsWith(one))));
  };
  return { asked, ask };
}

const plain = { skip: new Set<BytePath>(), tell: () => undefined };

test('one question is enough for what a session usually adds', async () => {
  const top = folder(['new/a/b/c', 'new/d', 'other']);
  const { asked, ask } = ignoring();
  const found = await newFiles(
    top,
    [
      { path: 'new', kind: 'folder' },
      { path: 'other', kind: 'file' },
    ],
    { ...plain, ask },
  );
  expect([...found].sort()).toEqual(['new/a/b/c', 'new/d', 'other']);
  expect(asked).toHaveLength(1);
});

test('an ignored folder of thousands is asked about once and left, what stands behind it is found', async () => {
  const many = Array.from({ length: 2400 }, (_, n) => `mods/m${n % 9}/f${n}`);
  const top = folder([...many, 'zz/new']);
  const { asked, ask } = ignoring('mods/');
  const strangers = [
    { path: 'mods', kind: 'folder' as const },
    { path: 'zz', kind: 'folder' as const },
  ];
  expect(await newFiles(top, strangers, { ...plain, ask })).toEqual(['zz/new']);
  expect(asked.flat().length).toBeLessThan(2050);
});

test('a folder of thousands that is not ignored is taken whole', async () => {
  const many = Array.from({ length: 2100 }, (_, n) => `many/m${n % 9}/f${n}`);
  const top = folder(many);
  const found = await newFiles(top, [{ path: 'many', kind: 'folder' }], { ...plain, ask: ignoring().ask });
  expect([...found].sort()).toEqual(many.toSorted());
});
