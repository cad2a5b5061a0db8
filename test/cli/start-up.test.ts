import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf } from '../helpers/architecture.ts';

const top = join(import.meta.dirname, '../..');

/** What is loaded before a file runs: the files it reaches by static imports of values, and the packages they name. */
function loadedBy(entry: string): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [join(top, entry)];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    // Types are gone when the program runs, and import() waits until it is called.
    const text = readFileSync(file, 'utf8')
      .replace(/^(import|export) type [^;]*;/gm, '')
      .replace(/\bimport\(/g, 'later(');
    for (const target of importsOf(text)) {
      if (target.startsWith('.')) open.push(join(dirname(file), target));
      else packages.add(target);
    }
  }
  return { files, packages };
}

const heavy =
  /^(zod|execa|ora|chalk|chokidar|simple-git|jsonc-parser|fast-xml-parser|@anthropic-ai\/sdk|node:child_process)/;

function heavyOf(...entries: readonly string[]): string[] {
  return entries.flatMap((entry) => [...loadedBy(entry).packages]).filter((name) => heavy.test(name));
}

const main = 'src/cli/main.ts';
const page = 'src/cli/parse.ts';

test('asking for help or status loads no heavy package', () => {
  expect(heavyOf(main, page)).toEqual([]);
  expect(heavyOf('src/cli/commands/status.ts', 'src/cli/status-page.ts', 'src/cli/status-json.ts')).toEqual(
    [],
  );
});

test('neither do the commands that only read a ledger or put a word into the inbox', () => {
  const light = ['events', 'transcript', 'pause', 'stop', 'answer'].map(
    (name) => `src/cli/commands/${name}.ts`,
  );
  expect(heavyOf(...light).filter((name) => name !== 'node:child_process')).toEqual([]);
});

test('the plain question for status does without commander', () => {
  const packages = [...loadedBy(main).packages, ...loadedBy('src/cli/commands/status.ts').packages];
  expect(packages.filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect([...loadedBy(page).packages]).toContain('commander');
});

test('an agent CLI that waits for its server of tools waits for Node and little else', () => {
  const loaded = [
    ...loadedBy('src/brain/mcp/serve.ts').packages,
    ...loadedBy('src/cli/commands/mcp.ts').packages,
  ];
  expect(loaded.filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect([...loadedBy('src/brain/mcp/tools.ts').packages]).toContain('zod');
});

test('the page of commands loads none of them before it is called', () => {
  const early = [...loadedBy(page).files].filter((file) => /cli\/(commands|screen)\//.test(file));
  expect(early).toEqual([]);
});

test('this test can see a heavy package: run loads them', () => {
  expect(heavyOf('src/cli/commands/run.ts')).toEqual(expect.arrayContaining(['zod', 'execa']));
});
