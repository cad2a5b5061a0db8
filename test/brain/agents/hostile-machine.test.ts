import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loginSecrets, refuseForgeTokens } from '../../../src/brain/agents/lent.ts';
import { askVersion } from '../../../src/brain/agents/version-of.ts';
import { openSetting } from '../../../src/loop/setting.ts';
import { tempRepo } from '../../helpers/repo.ts';

/** What lies about on a machine and must not be run, lent or written down. */

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'hostile-machine-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
async function put(file: string, text: string): Promise<string> {
  const at = join(folder, file);
  await mkdir(dirname(at), { recursive: true });
  await writeFile(at, text);
  await chmod(at, 0o755);
  return at;
}

test('a repository in front of PATH brings neither the fence nor the Node that ask for a version', async () => {
  const bait = `#!/bin/sh\ntouch ${folder}/ran\nexit 1\n`;
  for (const name of ['bwrap', 'node']) await put(`repo/node_modules/.bin/${name}`, bait);
  const program = await put('bin/agent', '#!/usr/bin/env node\nconsole.log("1.2.3");\n');
  const path = `${join(folder, 'repo/node_modules/.bin')}:node_modules/.bin:${process.env['PATH']}`;
  expect(await askVersion(program, path, [join(folder, 'repo')])).toEqual({ version: '1.2.3' });
  expect(await readdir(folder)).not.toContain('ran');
});

test('keys in the settings of agent CLIs are secrets; names of models and variables are none', async () => {
  const toml = `model = "gpt-5.5-codex-max-20261101"
env_key = "MY_OPENAI_KEY_2"
[model_providers.mine]
base_url = "https://token-9f8e7d6c.example.org/v1"
experimental_bearer_token = "hJ2kD9sLq4W7eR5tY8u"
http_headers = { Authorization = "Bearer zQ8rW3nM5kV1xC7bL2pT" }
`;
  await put('.codex/config.toml', toml);
  const json =
    '// mine\n{ "provider": { "options": { "apiKey": "mP4xT8vB2nK6jH9wQ1", "baseURL": "https://x" } } }';
  await put('.config/opencode/opencode.json', json);
  expect([...loginSecrets(folder, {})].sort()).toEqual(
    ['hJ2kD9sLq4W7eR5tY8u', 'mP4xT8vB2nK6jH9wQ1', 'zQ8rW3nM5kV1xC7bL2pT'].sort(),
  );
});

test('what opens a forge is not lent as a file either', async () => {
  await put('.config/gh/hosts.yml', 'oauth_token: x\n');
  for (const name of [
    '.ssh',
    '~/.ssh/id_ed25519',
    '.netrc',
    '.config/gh',
    './.config/../.config/gh/hosts.yml',
    '.config',
  ])
    expect(() => refuseForgeTokens([], [name], folder), name).toThrow(/no brain gets it/);
  refuseForgeTokens([], ['.config/my-agent', '.claude', '.sshx'], folder);
});

test('what is handed on by --pass-env is kept out of every record, whatever its name', async () => {
  await using repo = await tempRepo({ 'README.md': 'hello\n' });
  const env = {
    ...process.env,
    MY_PAT: 'pQ7wE2rT9yU4iO1aS6dF',
    DB: 'postgres://u:s3cretPw9x@h/db',
    WORD: 'some-words',
  };
  const flags = { 'pass-env': ['MY_PAT', 'DB', 'WORD'] };
  const setting = await openSetting({
    cwd: repo.dir,
    env,
    flags,
    version: '',
    now: Date.now,
    say: () => undefined,
  });
  const text = setting.redact('pQ7wE2rT9yU4iO1aS6dF s3cretPw9x some-words');
  expect(text).not.toMatch(/pQ7wE|s3cret/);
  expect(text).toContain('some-words');
});
