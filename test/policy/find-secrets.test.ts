import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { secretFinder } from '../../src/policy/find-secrets.ts';
import { secretsToRefuse } from '../../src/policy/secrets.ts';

/** Letters and digits as keys have them; the same in each run of the tests. */
function drawn(length: number, seed: string): string {
  const bytes = createHash('shake256', { outputLength: length * 2 })
    .update(seed)
    .digest();
  return [...bytes.toString('base64').replace(/[^A-Za-z0-9]/g, '')].slice(0, length).join('');
}

const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const known = drawn(40, 'known');
const utf8 = Buffer.from(known);

describe('a value that the run was told to keep secret', () => {
  const find = secretFinder([known]);
  it.each([
    ['as it is', known],
    ['backwards', [...known].reverse().join('')],
    ['base64', utf8.toString('base64')],
    ['base64, one further', Buffer.from(`a${known}b`).toString('base64')],
    ['base64, two further', Buffer.from(`ab${known}`).toString('base64url')],
    ['hex', utf8.toString('hex')],
    ['hex escapes', utf8.toString('hex').replace(/../g, '\\x$&')],
    ['URL-encoded, each byte', utf8.toString('hex').replace(/../g, '%$&')],
    ['its first half', known.slice(0, 20)],
    ['its second half', known.slice(20)],
  ])('is found %s, with its line, and not told', (_, text) => {
    const found = find(`first\nsecond ${text} more\nthird`);
    expect(found).toMatchObject([{ line: 2 }]);
    expect(found[0]?.what).not.toContain(known.slice(0, 8));
  });
});

describe('a key that can be told by its shape', () => {
  const find = secretFinder([]);
  it.each([
    ['an Anthropic key', `key = "sk-ant-api03-${drawn(93, 'a')}AA"`],
    ['an OpenAI key', `OPENAI=sk-proj-${drawn(80, 'o')}`],
    ['a GitHub token', `https://x:ghp_${drawn(36, 'g')}@example.com`],
    ['a GitHub token', `github_pat_${drawn(22, 'p')}_${drawn(59, 'q')}`],
    ['a GitLab token', `glpat-${drawn(20, 'l')}`],
    ['an npm token', `//r/:_authToken=npm_${drawn(36, 'n')}`],
    ['a Slack token', `xoxb-123456789012-1234567890123-${drawn(24, 's')}`],
    ['a Stripe key', `sk_live_${drawn(24, 't')}`],
    ['an AWS access key with its secret', `id: AKIA${'QX7DKEY2MN4TPZ6R'}\nsecret: ${drawn(40, 'w')}`],
    ['a private key', pem],
    ['a private key', JSON.stringify({ key: pem })],
  ])('%s is found', (what, text) => {
    expect(find(text).map((one) => one.what)).toEqual([what]);
  });

  it.each([
    ['the documented example', 'AKIAIOSFODNN7EXAMPLE\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['an id alone', 'AKIAQX7DKEY2MN4TPZ6R'],
    ['an id beside a commit', `AKIAQX7DKEY2MN4TPZ6R ${createHash('sha1').update('x').digest('hex')}`],
    ['a placeholder', 'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'],
    ['one letter again and again', `sk-ant-api03-${'a'.repeat(95)}`],
    ['a pattern again and again', `npm_${'aB1'.repeat(12)}`],
    ['one that says that it is fake', `glpat-FAKE${drawn(16, 'f')}`],
    ['a key of the test mode', `sk_test_${drawn(24, 't')}`],
    [
      'a private key that is cut short',
      '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg...\n-----END PRIVATE KEY-----',
    ],
    ['a pattern for keys', '/ghp_[A-Za-z0-9]{36}/ or -----BEGIN (RSA )?PRIVATE KEY-----'],
    ['a public key', pem.replaceAll('PRIVATE', 'PUBLIC')],
    ['integrity of a lock file', `"integrity": "sha512-${randomBytes(64).toString('base64')}"`],
    ['a hash', createHash('sha256').update('x').digest('hex')],
    [
      'a session in a token of the web',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9',
    ],
  ])('%s is none', (_, text) => {
    expect(find(text)).toEqual([]);
  });
});

describe('what of the environment refuses work', () => {
  it.each([
    ['a key', known, [known]],
    ['the password in an address', `postgres://ada:${known}@db.example.com/x`, [known]],
    ['an address', 'http://localhost:3000', []],
    ['an address of somebody', 'https://login.example.com/oauth2/v2/authorize', []],
    ['a password of words', 'correct-horse-battery-staple-77', ['correct-horse-battery-staple-77']],
    ['a name', 'production-eu-west-1', []],
    ['words', 'my service account', []],
    ['a setting', 'keyboard-interactive', []],
  ])('%s', (_, value, expected) => {
    expect(secretsToRefuse({ NEXTAUTH_KEY: value, EDITOR: known })).toEqual(expected);
  });
});
