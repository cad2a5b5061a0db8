import { describe, expect, it } from 'vitest';
import { makeRedactor, redactRecord } from '../../src/ledger/redact.ts';

const key = 'correct horse/battery+staple?';

describe('a known secret', () => {
  const redact = makeRedactor([key]);
  const utf8 = (text: string) => Buffer.from(text);
  it.each([
    ['as it is', `a ${key} b`, 'a [redacted] b'],
    ['twice', `${key} and ${key}`, '[redacted] and [redacted]'],
    ['next to itself', key + key, '[redacted]'],
    ['URL-encoded', `?q=${encodeURIComponent(key)}&r=1`, '?q=[redacted]&r=1'],
    ['URL-encoded in small letters', `?q=${encodeURIComponent(key).toLowerCase()}`, '?q=[redacted]'],
    ['as a form field', String(new URLSearchParams({ q: key })), 'q=[redacted]'],
    ['hex', `x ${utf8(key).toString('hex')}`, 'x [redacted]'],
    ['hex in capitals', utf8(key).toString('hex').toUpperCase(), '[redacted]'],
    ['base64', `x ${utf8(key).toString('base64')} y`, 'x [redacted] y'],
    ['base64url', `x ${utf8(key).toString('base64url')} y`, 'x [redacted] y'],
    [
      'a user and a password in base64',
      `Basic ${utf8(`ada:${key}`).toString('base64')}`,
      'Basic YWRhO[redacted]',
    ],
    ['one place further', utf8(`ada1:${key}`).toString('base64'), 'YWRhMT[redacted]'],
    ['two places further', utf8(`ada12:${key}`).toString('base64'), 'YWRhMTI6[redacted]'],
  ])('%s is taken out', (_name, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('with quotes, backslashes and newlines is found in JSON, and in JSON inside JSON', () => {
    const secret = 'a "quoted"\\\nline\tä';
    const take = makeRedactor([secret]);
    const json = JSON.stringify(secret).slice(1, -1);
    expect(take(`x${json}y`)).toBe('x[redacted]y');
    expect(take(JSON.stringify({ outer: JSON.stringify({ inner: secret }) }))).not.toContain('quoted');
    expect(take(json.replace('ä', '\\u00e4'))).toBe('[redacted]');
  });

  it('that came with "\\n" from an environment file is found with real newlines', () => {
    expect(makeRedactor(['first line\\nsecond line'])('x first line\nsecond line')).toBe('x [redacted]');
  });

  it('that came with a newline at its end is found without it', () => {
    expect(makeRedactor([' battery-staple\n'])('x=battery-staple;')).toBe('x=[redacted];');
  });

  it('of less than 8 characters is not looked for', () => {
    expect(makeRedactor(['1234567', ''])('1234567 is a number')).toBe('1234567 is a number');
  });

  it('that overlaps another leaves no part of either', () => {
    expect(makeRedactor(['abcdefghij', 'ghijklmnop'])('<abcdefghijklmnop>')).toBe('<[redacted]>');
  });

  it('that overlaps itself, or holds another, leaves no part either', () => {
    expect(makeRedactor(['abababab'])('<ababababab>')).toBe('<[redacted]>');
    expect(makeRedactor(['cdefghij', 'abcdefghijkl'])('<abcdefghijkl>')).toBe('<[redacted]>');
  });

  it('of 8 characters gives a shorter mark: a text never gets longer, so that caps hold', () => {
    expect(makeRedactor(['12345678'])('pin 12345678.')).toBe('pin [secret].');
  });

  it('that is a word of the mark does not spoil the mark', () => {
    const redact = makeRedactor(['redacted', 'battery-staple']);
    expect(redact(redact('battery-staple'))).toBe('[redacted]');
    expect(makeRedactor(['anthropic-key'])(`sk-ant-api03-${'a'.repeat(30)}`)).toBe('[redacted]');
  });
});

describe('a well-known shape of a key', () => {
  const redact = makeRedactor([]);
  const pem = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA/+x\n'.repeat(9)}-----END RSA PRIVATE KEY-----`;
  const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${'s'.repeat(43)}`;
  it.each([
    ['Anthropic', `x=sk-ant-api03-${'aB3_-'.repeat(10)} y`, 'x=[redacted:anthropic-key] y'],
    ['OpenAI, project', `sk-proj-${'aB3_-'.repeat(10)}`, '[redacted:openai-key]'],
    ['OpenAI, old', `key sk-${'a1B2'.repeat(12)}.`, 'key [redacted:openai-key].'],
    ['GitHub', `https://x:ghp_${'a1'.repeat(18)}@github.com`, 'https://x:[redacted:github-token]@github.com'],
    ['GitHub, fine-grained', `github_pat_${'a1_'.repeat(20)}`, '[redacted:github-token]'],
    ['AWS', 'id AKIAIOSFODNN7EXAMPLE.', 'id [redacted:aws-key].'],
    ['Slack', `xoxb-1234567890-${'abc'.repeat(5)}`, '[redacted:slack-token]'],
    ['Slack, a short one', 'xoxb-1234567890', '[redacted]'],
    ['Google', `AIza${'Sy_-0'.repeat(7)}`, '[redacted:google-key]'],
    ['JWT', `token "${jwt}"`, 'token "[redacted:jwt]"'],
    ['JWT behind an escape', `\\n${jwt}`, '\\n[redacted:jwt]'],
    ['JWT in colour', `\x1b[32m${jwt}\x1b[0m`, '\x1b[32m[redacted:jwt]\x1b[0m'],
    ['PEM', `a\n${pem}\nb`, 'a\n[redacted:private-key]\nb'],
    ['PEM in JSON', JSON.stringify({ pem }), '{"pem":"[redacted:private-key]"}'],
    ['PEM that was cut', pem.slice(0, 100), '[redacted:private-key]'],
    ['Bearer', 'Authorization: Bearer abc.DEF-123', 'Authorization: Bearer [redacted]'],
    ['Bearer in JSON', '{"authorization":"Bearer abcdef123456"}', '{"authorization":"Bearer [redacted]"}'],
    ['Basic', 'authorization: basic YWRhOnB3ZDEyMzQ1Njc4OTA=', 'authorization: basic [redacted:credential]'],
    ['x-api-key', "curl -H 'x-api-key: 0123456789abcdef'", "curl -H 'x-api-key: [redacted]'"],
  ])('%s is taken out and named', (_name, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    'task-0123456789abcdef0123456789abcdef is done',
    'the sk-learn-like-interface-of-this-package',
    "if (line === '-----BEGIN PRIVATE KEY-----') return;",
    'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
    'sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'Authorization: none. The bearer of this letter',
    'eyJ is how base64 of JSON begins',
    'AKIAIOSFODNN7EXAMPLEANDMORE',
  ])('honest text stays: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([
    ['eyJ', 'eyJ'.repeat(300_000)],
    ['parts of a JWT', 'eyJaaaaaaaa.'.repeat(80_000)],
    ['colours', `\x1b[${'1;'.repeat(50)}m`.repeat(10_000)],
    ['beginnings of a PEM', '-----BEGIN PRIVATE KEY-----'.repeat(40_000)],
    ['a PEM without an end', `-----BEGIN PRIVATE KEY-----${'A'.repeat(1_000_000)}`],
    ['headers', 'authorization'.repeat(80_000)],
    ['spaces', `x-api-key${' '.repeat(1_000_000)}`],
  ])('a megabyte of %s takes no more time than a megabyte should', (_name, text) => {
    const before = performance.now();
    redact(text);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('a record', () => {
  it('is cleaned in every string and key, and stays what it is otherwise', () => {
    const record = {
      number: 1,
      nothing: null,
      left: undefined,
      list: [true, 'my correct horse', { 'correct horse': 'x' }],
      __proto__own: 1,
    };
    expect(redactRecord(record, makeRedactor(['correct horse']))).toStrictEqual({
      number: 1,
      nothing: null,
      list: [true, 'my [redacted]', { '[redacted]': 'x' }],
      __proto__own: 1,
    });
  });

  it('cannot reach a prototype with a key', () => {
    const record = JSON.parse('{"__proto__":{"polluted":"correct horse"}}') as object;
    const clean = redactRecord(record, makeRedactor(['correct horse']));
    expect(JSON.stringify(clean)).toBe('{"__proto__":{"polluted":"[redacted]"}}');
    expect(Object.getPrototypeOf(clean)).toBe(Object.prototype);
  });
});
