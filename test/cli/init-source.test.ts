import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { initSource } from '../../src/cli/init-source.ts';
import { fakeIo } from '../helpers/fake-io.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await realpath(await mkdtemp(join(tmpdir(), 'init-source-')));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

test('a specification is words, a file or stdin', async () => {
  await writeFile(join(cwd, 'SPEC.md'), '# A todo list\n');
  expect(await initSource(fakeIo({ cwd }), 'a todo list, in Node', {})).toEqual({
    spec: { text: 'a todo list, in Node' },
  });
  expect(await initSource(fakeIo({ cwd }), 'SPEC.md', {})).toEqual({
    spec: { text: '# A todo list\n', file: join(cwd, 'SPEC.md') },
  });
  expect(await initSource(fakeIo({ cwd, stdin: 'from a pipe\n' }), '-', {})).toEqual({
    spec: { text: 'from a pipe\n' },
  });
});

test('long words and words with newlines are words, and so is one word', async () => {
  for (const text of ['x'.repeat(5000), 'first\nsecond', 'calculator']) {
    expect(await initSource(fakeIo({ cwd }), text, {})).toEqual({ spec: { text } });
  }
});

test('a plan is a file', async () => {
  await writeFile(join(cwd, 'prd.json'), '{}');
  expect(await initSource(fakeIo({ cwd }), undefined, { plan: 'prd.json' })).toEqual({
    plan: { text: '{}', file: join(cwd, 'prd.json') },
  });
});

test('each way to get it wrong has its sentence', async () => {
  await writeFile(join(cwd, 'empty.md'), ' \n');
  await writeFile(join(cwd, 'large.md'), 'x'.repeat(200_001));
  const table: readonly (readonly [string | undefined, Record<string, string>, string?])[] = [
    [undefined, {}],
    ['  ', {}],
    ['-', {}, ' \n'],
    ['-', {}, 'x'.repeat(200_001)],
    ['empty.md', {}],
    ['large.md', {}],
    ['SPECC.md', {}],
    ['docs/spec', {}],
    ['words', { plan: 'prd.json' }],
    [undefined, { plan: 'missing.json' }],
    [undefined, { plan: '.' }],
  ];
  const said = [];
  for (const [spec, flags, stdin] of table) {
    const io = fakeIo({ cwd, ...(stdin === undefined ? {} : { stdin }) });
    const message = await initSource(io, spec, flags).then(
      () => 'accepted',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    said.push(message.replaceAll(cwd, 'CWD'));
  }
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "UserError: init does not know yet what you want built.
    UserError: init does not know yet what you want built.
    UserError: There is nothing in stdin.
    UserError: The specification on stdin has more than 200000 bytes.
    UserError: There is nothing in CWD/empty.md.
    UserError: The specification CWD/large.md has 200001 bytes, the limit is 200000.
    UserError: The specification CWD/SPECC.md does not exist.
    UserError: The specification CWD/docs/spec does not exist.
    UserError: There are both a specification and a plan.
    UserError: --plan CWD/missing.json does not exist.
    UserError: --plan CWD cannot be read: EISDIR: illegal operation on a directory, read."
  `);
});
