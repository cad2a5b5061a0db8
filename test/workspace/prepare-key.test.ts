import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KeyInput, prepareKey } from '../../src/workspace/prepare-key.ts';
import type { Entry } from '../../src/workspace/trees.ts';

let bin = '';
beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'runtimes-'));
  await mkdir(join(bin, 'shims'));
  for (const name of ['node', 'shims/python3']) await writeFile(join(bin, name), 'x', { mode: 0o755 });
});
afterAll(() => rm(bin, { recursive: true }));

const file = (path: string, oid = 'a', mode: Entry['mode'] = '100644'): Entry => ({ path, mode, oid });
const key = (paths: readonly (string | Entry)[], more: Partial<KeyInput> = {}) =>
  prepareKey({
    entries: paths.map((path) => (typeof path === 'string' ? file(path) : path)),
    inputs: [],
    outputs: ['node_modules', 'vendor/bundle'],
    fence: { mode: 'bubblewrap', env: { PATH: bin } },
    ...more,
  });

test.each([
  'init.sh',
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'requirements.txt',
  'requirements-dev.txt',
  'dev-requirements.txt',
  'requirements/test.in',
  'pyproject.toml',
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
  'setup.py',
  'setup.cfg',
  'go.mod',
  'go.sum',
  'Cargo.toml',
  'Cargo.lock',
  'Gemfile',
  'Gemfile.lock',
  'composer.json',
  'composer.lock',
  '.nvmrc',
  '.python-version',
  '.tool-versions',
  '.npmrc',
  'packages/a/package.json',
  'a/b/c/go.mod',
])('another %s is another key', (path) => {
  expect(key([file(path, 'a')])).not.toBe(key([file(path, 'b')]));
  expect(key([file(path)])).not.toBe(key([]));
});

test.each([
  'src/index.js',
  'README.md',
  'node_modules/x/package.json',
  'vendor/bundle/x.gemspec',
  'a/b/c/d/package.json',
  'lib/init.sh',
])('another %s is the same key', (path) => expect(key([file(path, 'a')])).toBe(key([file(path, 'b')])));

test('the order of the files does not matter, their modes do', () => {
  expect(key(['package.json', 'init.sh'])).toBe(key(['init.sh', 'package.json']));
  expect(key([file('init.sh', 'a', '100755')])).not.toBe(key(['init.sh']));
});

test.each([
  ['*.sql', 'db/one.sql', 'db/one.txt'],
  ['db/*.sql', 'db/one.sql', 'db/deep/one.sql'],
  ['db/**', 'db/deep/one.sql', 'other/one.sql'],
  ['db/**/x?.sql', 'db/x1.sql', 'db/x12.sql'],
  ['./tools/a+b(1).js', 'tools/a+b(1).js', 'tools/aab1.js'],
  ['größe/*', Buffer.from('größe/x').toString('latin1'), 'gr/x'],
])('with the input %s, %s counts and %s does not', (glob, counts, not) => {
  const inputs = [glob];
  expect(key([counts], { inputs })).not.toBe(key([file(counts, 'b')], { inputs }));
  expect(key([not], { inputs })).toBe(key([file(not, 'b')], { inputs }));
});

test('another runtime, fence or list of outputs is another key; another PATH with the same programs is not', async () => {
  const before = key(['init.sh']);
  expect(key(['init.sh'], { fence: { mode: 'none', env: { PATH: bin } } })).not.toBe(before);
  expect(key(['init.sh'], { outputs: ['node_modules'] })).not.toBe(before);
  expect(key(['init.sh'], { fence: { mode: 'bubblewrap', env: { PATH: `/nonexistent:${bin}` } } })).toBe(
    before,
  );
  await utimes(join(bin, 'node'), 1, 1);
  expect(key(['init.sh'])).not.toBe(before);
});

test('another version chosen for a pyenv shim is another key', async () => {
  const fence: KeyInput['fence'] = { mode: 'bubblewrap', env: { PATH: join(bin, 'shims'), PYENV_ROOT: bin } };
  await writeFile(join(bin, 'version'), '3.11.1\n');
  const before = key([], { fence });
  await writeFile(join(bin, 'version'), '3.12.1\n');
  expect(key([], { fence })).not.toBe(before);
});

test('a file of the tree that an installation names decides as well', () => {
  const says = './tools/setup.sh && node "scripts/fetch it.js"; node scripts/link.mjs\n';
  const of = (path: string, oid: string) => key(['init.sh', file(path, oid)], { says });
  expect(of('tools/setup.sh', 'a')).not.toBe(of('tools/setup.sh', 'b'));
  expect(of('scripts/link.mjs', 'a')).not.toBe(of('scripts/link.mjs', 'b'));
  expect(of('src/setup.sh', 'a')).toBe(of('src/setup.sh', 'b'));
});
