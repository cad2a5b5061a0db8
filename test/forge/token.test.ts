import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forge } from '../../src/config-forge.ts';
import { type Place, placeOfRemote } from '../../src/forge/place.ts';
import { tokenFor } from '../../src/forge/token.ts';

const at = (url: string, kind?: string) => placeOfRemote(url, forge.parse(kind ? { kind } : {}), {}) as Place;
const hub = at('https://github.com/ada/sum');
const own = at('https://git.example.org/ada/sum', 'github');
const PATH = '/nowhere';

test('a token of the environment goes to the host it is for', async () => {
  expect(await tokenFor(hub, { PATH, GH_TOKEN: 'two', GITHUB_TOKEN: 'one' }, '/')).toBe('one');
  expect(await tokenFor(hub, { PATH, GH_TOKEN: 'two' }, '/')).toBe('two');
  const env = { PATH, GITHUB_TOKEN: 'one', GITHUB_SERVER_URL: 'https://git.example.org' };
  expect(await tokenFor(own, env, '/')).toBe('one');
  expect(await tokenFor(at('git@gitlab.com:a/b'), { GITLAB_TOKEN: 'three' }, '/')).toBe('three');
  expect(await tokenFor(at('https://codeberg.org/a/b'), { GITEA_TOKEN: 'four' }, '/')).toBe('four');
});

test('and to no other, whatever a clone calls its remote', async () => {
  const env = { PATH, GITHUB_TOKEN: 'one' };
  await expect(tokenFor(own, env, '/')).rejects.toThrow(/nothing says that it is for git.example.org/);
  await expect(
    tokenFor(at('https://git.example.org/a/b', 'gitlab'), { GITLAB_TOKEN: 'x' }, '/'),
  ).rejects.toThrow(/it is not sent there/);
  await expect(tokenFor(hub, { PATH }, '/')).rejects.toThrow(/There is no token for github.com/);
});

test("GitHub's own command line is asked for that host", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'agentloop-gh-'));
  try {
    const file = join(folder, 'gh');
    writeFileSync(
      file,
      '#!/bin/sh\n[ "$*" = "auth token --hostname git.example.org" ] && echo token-of-gh\n',
    );
    chmodSync(file, 0o755);
    const env = { PATH: `${folder}:/usr/bin:/bin`, GITHUB_TOKEN: 'for-another' };
    expect(await tokenFor(own, env, '/')).toBe('token-of-gh');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
