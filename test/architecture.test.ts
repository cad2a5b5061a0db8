import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, violations } from './helpers/architecture.ts';

const top = join(import.meta.dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(join(top, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1))
    .sort();
}

test('every source keeps to its room, its size and its packages', () => {
  const found = sources('src');
  expect(found).toContain('src/project/feature.ts');
  expect(found.flatMap((path) => violations({ path, text: readFileSync(join(top, path), 'utf8') }))).toEqual(
    [],
  );
});

const room = 'src/project/plan.ts';

// What a rule must see: a file that breaks it, and the sentence it gets.
test.each([
  [
    'an import from above',
    room,
    `import { x } from '../loop/next.ts';`,
    'src/loop/next.ts, which is above it',
  ],
  [
    'a type from above',
    room,
    `import type { X } from '../brain/brain.ts';`,
    'src/brain/brain.ts, which is above it',
  ],
  [
    'an import over lines',
    room,
    `import {\n  type X,\n  y,\n} from "../cli/words.ts";`,
    'src/cli/words.ts, which is',
  ],
  [
    'a dynamic import',
    room,
    `const { x } = await import('../judge/judge.ts');`,
    'src/judge/judge.ts, which is above',
  ],
  [
    'a type in brackets',
    room,
    `let x: import('../hands/hands.ts').Hands;`,
    'src/hands/hands.ts, which is above it',
  ],
  [
    'an export from above',
    room,
    `export * from '../workspace/trees.ts';`,
    'src/workspace/trees.ts, which is above it',
  ],
  [
    'an import for its effects',
    room,
    `import '../policy/limits.ts';`,
    'src/policy/limits.ts, which is above it',
  ],
  ['the ground looking up', 'src/config.ts', `import { x } from './ledger/event.ts';`, 'which is above it'],
  [
    'errors looking at config',
    'src/errors.ts',
    `import { x } from './config.ts';`,
    'src/config.ts, which is above it',
  ],
  ['a room that is none', room, `import { x } from '../utils/x.ts';`, 'which belongs to no room'],
  [
    'the entry for others',
    room,
    `import { x } from '../index.ts';`,
    'src/index.ts, which belongs to no room',
  ],
  ['a file of the tests', room, `import { x } from '../../test/helpers/repo.ts';`, 'which is outside src/'],
  ['a process started elsewhere', 'src/workspace/git.ts', `import { execa } from 'execa';`, 'run-process.ts'],
  [
    'Node starting processes',
    room,
    `import { spawn } from 'node:child_process';`,
    'src/workspace/run-process.ts',
  ],
  [
    'processes without node:',
    room,
    `const { spawn } = require('child_process');`,
    'src/workspace/run-process.ts',
  ],
  ['git elsewhere', 'src/workspace/git.ts', `import { simpleGit } from 'simple-git';`, 'user-repository.ts'],
  ['the SDK elsewhere', 'src/brain/command.ts', `import A from '@anthropic-ai/sdk';`, 'src/brain/anthropic/'],
  [
    'a part of the SDK',
    room,
    `import type { M } from '@anthropic-ai/sdk/resources';`,
    'src/brain/anthropic/',
  ],
  ['watching elsewhere', 'src/cli/watch.ts', `import { watch } from 'chokidar';`, 'src/ledger/'],
  ['colours elsewhere', 'src/loop/run.ts', `import chalk from 'chalk';`, 'src/cli/'],
  ['a spinner elsewhere', 'src/loop/run.ts', `import ora from 'ora';`, 'src/cli/'],
  ['a command line elsewhere', 'src/loop/run.ts', `import { Command } from 'commander';`, 'src/cli/'],
  ['a long file', room, 'let x = 1;\n'.repeat(201), 'has 201 lines; the limit is 200'],
])('a planted violation is seen: %s', (_, path, text, sentence) => {
  expect(violations({ path, text })).toEqual([expect.stringContaining(sentence)]);
});

test.each([
  ['its own room', room, `import { x } from './feature.ts';`],
  ['a room below', 'src/loop/run.ts', `import type { X } from '../brain/brain.ts';`],
  ['the ground', 'src/ledger/log.ts', `import { UserError } from '../errors.ts';`],
  ['a package at home', 'src/workspace/run-process.ts', `import { execa } from 'execa';`],
  ['the SDK at home', 'src/brain/anthropic/call.ts', `import A from '@anthropic-ai/sdk';`],
  ['a package without a home', room, `import * as z from 'zod';`],
  ['the entry for others', 'src/index.ts', `export { run } from './loop/run.ts';`],
  ['a comment', room, `// like import('../loop/next.ts')\n/* import x from '../cli/x.ts' */`],
  ['200 lines', room, 'let x = 1;\n'.repeat(200)],
])('what is allowed stays allowed: %s', (_, path, text) => {
  expect(violations({ path, text })).toEqual([]);
});

test('a URL in a string does not hide the import after it', () => {
  expect(importsOf(`const u = 'http://x'; import { a } from './a.ts';`)).toEqual(['./a.ts']);
});
