import { expect, test } from 'vitest';
import { forge } from '../../src/config-forge.ts';
import { placeOfRemote, shownUrl } from '../../src/forge/place.ts';

const of = (url: string, config: object = {}, env = {}) => placeOfRemote(url, forge.parse(config), env);

test.each([
  ['https://github.com/ada/sum.git', 'github', 'https://api.github.com', 'github.com/ada/sum'],
  ['git@github.com:ada/sum.git', 'github', 'https://api.github.com', 'github.com/ada/sum'],
  ['ssh://git@ssh.github.com:443/ada/sum', 'github', 'https://api.github.com', 'github.com/ada/sum'],
  ['https://gitlab.com/a/b/sum.git', 'gitlab', 'https://gitlab.com', 'gitlab.com/a/b/sum'],
  [
    'git@gitlab.example.org:a/b/sum.git',
    'gitlab',
    'https://gitlab.example.org',
    'gitlab.example.org/a/b/sum',
  ],
  ['https://codeberg.org/ada/sum', 'forgejo', 'https://codeberg.org/api/v1', 'codeberg.org/ada/sum'],
])('%s is known by its address', (url, kind, api, where) => {
  expect(of(url)).toMatchObject({ kind, api, where });
});

test.each([
  ['/srv/git/sum.git', /no address of a forge/],
  ['file:///srv/git/sum.git', /no address of a forge/],
  ['https://git.example.org/ada/sum', /nobody says what git.example.org is/],
])('%s is no forge, and the reason is told', (url, why) => {
  expect(of(url)).toMatchObject({ kind: 'none', why: expect.stringMatching(why) });
});

test('configuration and CI tell what an address does not', () => {
  const url = 'https://git.example.org/ada/sum';
  expect(of(url, { kind: 'forgejo' })).toMatchObject({ api: 'https://git.example.org/api/v1' });
  expect(of(url, { kind: 'github' })).toMatchObject({ api: 'https://git.example.org/api/v3' });
  expect(of(url, {}, { GITHUB_SERVER_URL: 'https://git.example.org' })).toMatchObject({ kind: 'github' });
  const runner = { GITHUB_SERVER_URL: 'https://git.example.org', FORGEJO_ACTIONS: 'true' };
  expect(of(url, {}, runner)).toMatchObject({ kind: 'forgejo' });
  const gitlab = { CI_SERVER_URL: 'https://git.example.org' };
  expect(of('git@git.example.org:ada/sum', {}, gitlab)).toMatchObject({ kind: 'gitlab' });
  expect(of(url, { kind: 'none' })).toEqual({ kind: 'none', why: 'forge.kind is "none"' });
});

test('an address of our own may say how to reach the host of the remote, and no other host', () => {
  const baseUrl = 'https://git.example.org:8443/forge';
  expect(of('git@git.example.org:ada/sum', { kind: 'gitlab', baseUrl })).toMatchObject({ api: baseUrl });
  expect(() => of('git@other.example.org:ada/sum', { kind: 'gitlab', baseUrl })).toThrow(
    /a token for one is not sent to the other/,
  );
});

test('a password in an address is never shown', () => {
  expect(shownUrl('https://ada:secret@git.example.org/ada/sum')).toBe('https://git.example.org/ada/sum');
});
