import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPrograms, type Programs } from '../../src/workspace/toolchains.ts';

let root = '';
let home = '';
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'programs-')));
  home = join(root, 'home');
});
afterAll(() => rm(root, { recursive: true }));

/** Makes these files and folders (ending in "/") below HOME. */
async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(path.endsWith('/') ? join(home, path) : dirname(join(home, path)), { recursive: true });
    if (!path.endsWith('/')) await writeFile(join(home, path), '', { mode: 0o755 });
  }
}

function find(
  path: readonly string[],
  env: Record<string, string> = {},
  more: { hide?: string[]; node?: string } = {},
): Programs {
  const entries = path.map((entry) => entry.replace('~', home)).join(':');
  return findPrograms({ env: { HOME: home, PATH: entries, ...env }, hidden: [home], hide: [], ...more });
}

const below = (...paths: string[]) => paths.map((path) => join(home, path));

test('a PATH outside of hidden folders is kept as it is, and nothing is given back', () => {
  expect(find(['/usr/bin', '/bin'])).toEqual({ path: '/usr/bin:/bin', giveBack: [], env: {} });
});

test('relative entries, empty ones and folders that do not exist are no part of it', () => {
  expect(find(['', '.', 'node_modules/.bin', '/usr/bin', '/no/such/folder', '/usr/bin']).path).toBe(
    '/usr/bin',
  );
});

test('pyenv is given back whole, with the variable that names it', async () => {
  await put('.pyenv/shims/python', '.pyenv/versions/3.12/bin/python');
  const programs = find(['~/.pyenv/shims', '/usr/bin'], { PYENV_VERSION: '3.12' });
  expect(programs.giveBack).toEqual(below('.pyenv'));
  expect(programs.env).toEqual({ PYENV_ROOT: join(home, '.pyenv'), PYENV_VERSION: '3.12' });
});

test('of cargo only the programs are given back, not the credentials, and CARGO_HOME is one of ours', async () => {
  await put('.cargo/bin/cargo', '.cargo/credentials.toml', '.rustup/settings.toml');
  const programs = find(['~/.cargo/bin', '/usr/bin']);
  expect(programs.giveBack).toEqual(below('.cargo/bin', '.rustup'));
  expect(programs.env).toEqual({ RUSTUP_HOME: join(home, '.rustup') });
});

test('of ~/.local only programs are given back, not what desktop programs keep there', async () => {
  await put(
    '.local/bin/tool',
    '.local/lib/python3.11/',
    '.local/share/keyrings/login',
    '.local/share/uv/tools/',
  );
  const programs = find(['~/.local/bin', '/usr/bin']);
  expect(programs.giveBack).toEqual(below('.local/bin', '.local/lib', '.local/share/uv'));
  expect(programs.env).toEqual({ PYTHONUSERBASE: join(home, '.local') });
});

test('a variable says where a version manager stands', async () => {
  await put('elsewhere/nvm/versions/node/v20/bin/node');
  const programs = find(['~/elsewhere/nvm/versions/node/v20/bin'], { NVM_DIR: join(home, 'elsewhere/nvm') });
  expect(programs.giveBack).toEqual(below('elsewhere/nvm'));
  expect(programs.env['NVM_DIR']).toBe(join(home, 'elsewhere/nvm'));
});

test('an entry that is a link is named by what it leads to, because the link is hidden', async () => {
  await put('.local/share/fnm/node-versions/v20/installation/bin/node', 'run/');
  await symlink(join(home, '.local/share/fnm/node-versions/v20/installation'), join(home, 'run/fnm_1'));
  const programs = find(['~/run/fnm_1/bin']);
  expect(programs.path.split(':')[0]).toBe(join(home, '.local/share/fnm/node-versions/v20/installation/bin'));
  expect(programs.giveBack).toEqual(below('.local/share/fnm'));
});

test('of a folder nobody knows the parts of an installation are given back, and of a project only its programs', async () => {
  await put(
    'sdk/bin/tool',
    'sdk/lib/tool.so',
    'sdk/.env',
    'project/bin/tool',
    'project/lib/x.rb',
    'project/.git/',
    'bin/tool',
    'lib/x',
  );
  expect(find(['~/sdk/bin']).giveBack).toEqual(below('sdk/bin', 'sdk/lib'));
  expect(find(['~/project/bin']).giveBack).toEqual(below('project/bin'));
  expect(find(['~/bin']).giveBack).toEqual(below('bin'));
});

test('nothing of the user’s repository gets into PATH, wherever it stands', async () => {
  await put('repo/node_modules/.bin/tool', 'repo/.venv/bin/python');
  const programs = find(
    ['~/repo/node_modules/.bin', '~/repo/.venv/bin', '/usr/bin'],
    {},
    { hide: below('repo') },
  );
  expect(programs).toEqual({ path: '/usr/bin', giveBack: [], env: {} });
});

test('a repository that is HOME itself takes no toolchain away', async () => {
  await put('.pyenv/shims/python');
  expect(find(['~/.pyenv/shims'], {}, { hide: [home] }).giveBack).toEqual(below('.pyenv'));
});

test('a repository in which HOME lies keeps its own programs to itself', async () => {
  await put('.pyenv/shims/python');
  const tool = join(root, 'node_modules/.bin');
  await mkdir(tool, { recursive: true });
  const programs = find([tool, '~/.pyenv/shims'], {}, { hide: [root], node: '/bin/sh' });
  expect(programs.giveBack).toEqual(below('.pyenv'));
  expect(programs.path).not.toContain('node_modules');
});

test('HOME itself is never given back, whatever a variable says', async () => {
  await put('shims/tool');
  expect(find(['~/shims'], { PYENV_ROOT: home }).giveBack).toEqual([]);
});

test('the Node that runs us is there, at the end of PATH, wherever it was unpacked', async () => {
  await put('node-v20/bin/node', 'node-v20/lib/node_modules/npm/x');
  const programs = find(['/usr/bin'], {}, { node: join(home, 'node-v20/bin/node') });
  expect(programs.path).toBe(`/usr/bin:${join(home, 'node-v20/bin')}`);
  expect(programs.giveBack).toEqual(below('node-v20/bin', 'node-v20/lib'));
});

test('an installation that a variable names is given back, and a secret that is one is not passed', async () => {
  await put('jdk/bin/java');
  const programs = find(['/usr/bin'], {
    JAVA_HOME: join(home, 'jdk'),
    NPM_TOKEN: 'secret',
    LD_PRELOAD: 'x.so',
  });
  expect(programs.giveBack).toEqual(below('jdk'));
  expect(programs.env).toEqual({ JAVA_HOME: join(home, 'jdk') });
});
