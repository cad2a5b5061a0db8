import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installsOf } from '../../src/workspace/installs.ts';

let home = '';
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'installs-'));
});
afterEach(() => rm(home, { recursive: true }));
const put = async (path: string, text: string) => {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
};

test('a machine with nothing of its own says nothing', () => {
  expect(installsOf({ PATH: '/bin' }, home)).toEqual({
    env: {},
    npmrc: '',
    pipConf: '',
    files: [],
    withheld: [],
  });
});

test('addresses, proxies and certificates are passed on, other variables are not', () => {
  const env = {
    HTTPS_PROXY: 'http://proxy.example:3128',
    PIP_INDEX_URL: 'https://mirror.example/simple',
    NODE_EXTRA_CA_CERTS: '/home/me/ca.pem',
    NPM_TOKEN: 'secret',
  };
  const { NPM_TOKEN: _, ...rest } = env;
  expect(installsOf(env, home)).toMatchObject({ env: rest, files: ['/home/me/ca.pem'], withheld: [] });
});

test('an address with a password in it stays outside, and is named', () => {
  const installs = installsOf(
    { HTTPS_PROXY: 'http://me:secret@proxy.example', GOPROXY: 'https://go.example' },
    home,
  );
  expect(installs.env).toEqual({ GOPROXY: 'https://go.example' });
  expect(installs.withheld).toEqual(['HTTPS_PROXY']);
});

test('of ~/.npmrc the registries are kept and the tokens are not', async () => {
  await put(
    '.npmrc',
    [
      'registry=https://npm.example/',
      '@team:registry = https://team.example/',
      '; registry=https://commented.example/',
      '//npm.example/:_authToken=secret-token',
      'cafile=/home/me/npm-ca.pem',
      'init-author-name=Somebody',
    ].join('\n'),
  );
  const installs = installsOf({}, home);
  expect(installs.npmrc).toBe(
    'registry = https://npm.example/\n@team:registry = https://team.example/\ncafile = /home/me/npm-ca.pem\n',
  );
  expect(installs).toMatchObject({ files: ['/home/me/npm-ca.pem'], withheld: ['~/.npmrc'] });
});

test('a registry that names a variable or a password is left out', async () => {
  await put('.npmrc', 'registry=https://$' + '{SECRET}.example/\nproxy=http://me:secret@proxy.example\n');
  expect(installsOf({}, home)).toMatchObject({ npmrc: '', withheld: ['~/.npmrc'] });
});

test('of pip.conf the indexes are kept, in their sections', async () => {
  await put(
    '.config/pip/pip.conf',
    '[global]\nindex-url = https://pip.example/simple\nuser = true\n[install]\ncert = /ca.pem\n',
  );
  const installs = installsOf({}, home);
  expect(installs.pipConf).toBe(
    '[global]\nindex-url = https://pip.example/simple\n[install]\ncert = /ca.pem\n',
  );
  expect(installs).toMatchObject({ files: ['/ca.pem'], withheld: [] });
});
