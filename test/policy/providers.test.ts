import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProviders, readProviders, shippedProviders } from '../../src/policy/providers.ts';
import { type Signs, whatItMeans } from '../../src/policy/what-it-means.ts';

const now = Date.parse('2026-11-20T13:00:00Z');
const seconds = (count: number) => now + count * 1000;
const headers = (given: Record<string, string>) => ({ header: (name: string) => given[name] });
const means = (signs: Partial<Signs>, providers = shippedProviders()) =>
  whatItMeans(providers, { from: 'messages', text: '', ...signs }, now);

describe('what a trouble of the Messages API means', () => {
  it.each<[string, Partial<Signs>, object | undefined]>([
    ['an overload: now', { status: 529 }, { rule: 'server', act: 'retry' }],
    ['an overload in a stream: now', { type: 'overloaded_error' }, { rule: 'server', act: 'retry' }],
    ['no connection: now', { problem: 'connection' }, { rule: 'connection', act: 'retry' }],
    [
      'a limit that tells its end: until then',
      { status: 429, ...headers({ 'retry-after': '90' }) },
      { act: 'wait', until: seconds(90) },
    ],
    [
      'a limit that tells it as a date',
      { status: 429, ...headers({ 'retry-after': 'Fri, 20 Nov 2026 14:00:00 GMT' }) },
      { act: 'wait', until: seconds(3600) },
    ],
    [
      'a usage window: until its end, without another try',
      {
        status: 429,
        ...headers({
          'anthropic-ratelimit-unified-status': 'rejected',
          'anthropic-ratelimit-unified-reset': String(seconds(7200) / 1000),
        }),
      },
      { rule: 'unified-limit', act: 'wait', until: seconds(7200), tries: 0 },
    ],
    [
      'a limit that tells its end in words',
      { status: 429, text: 'Try again in 3 minutes.' },
      { act: 'wait', until: seconds(180) },
    ],
    ['a spend limit: a person', { status: 429, code: 'enforced_spend_limit_reached' }, { act: 'person' }],
    [
      'no credit: a person',
      { status: 400, text: 'Your credit balance is too low' },
      { rule: 'money', act: 'person' },
    ],
    ['a wrong key: a person', { status: 401 }, { rule: 'credential', act: 'person' }],
    ['an organization on hold: a person', { status: 400, code: 'organization_on_hold' }, { act: 'person' }],
    ['no such model: fatal', { status: 404 }, { act: 'fatal', help: expect.stringMatching(/--model/) }],
    [
      'a prompt that is too long: a fresh session',
      { status: 400, text: 'prompt is too long' },
      { act: 'fresh' },
    ],
    ['anything else: nobody knows', { status: 400, text: 'odd' }, undefined],
  ])('%s', (_, signs, expected) => {
    const found = means(signs);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  it('a limit without an end is waited for and probed', () => {
    expect(means({ status: 429 })).not.toHaveProperty('until');
  });
});

describe('what an agent CLI tells', () => {
  it.each<[string, Partial<Signs>, object]>([
    ['a status counts where its words say nothing', { status: 429 }, { rule: 'rate-limit', act: 'wait' }],
    ['a status of the server', { status: 529 }, { act: 'retry' }],
    ['a key', { status: 401 }, { act: 'person', help: expect.stringMatching(/Log in/) }],
    ['a model', { status: 404 }, { act: 'fatal' }],
    ['its words come first', { status: 429, text: 'Quota exceeded. Check your billing.' }, { rule: 'money' }],
    ['a reset that is told as an instant', { status: 429, until: seconds(60) }, { until: seconds(60) }],
    [
      'one that is past is none: what the words say',
      { status: 429, until: seconds(-60), text: 'Try again at 2 PM' },
      { until: seconds(3600) },
    ],
  ])('%s', (_, signs, expected) => {
    expect(means({ from: 'command', command: 'codex', ...signs })).toMatchObject(expected);
  });
});

describe('a file of the user', () => {
  const rule = {
    name: 'maintenance',
    from: 'messages',
    status: ['5xx'],
    texts: ['maintenance'],
    act: 'person',
    help: 'Ask Ada.',
  };

  it('stands in front of what we ship', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'providers-'));
    try {
      const file = join(folder, 'providers.json');
      await writeFile(
        file,
        JSON.stringify({ version: 1, ends: [{ header: 'x-back', holds: 'instant' }], rules: [rule] }),
      );
      const providers = await readProviders(file);
      expect(means({ status: 503, text: 'Maintenance' }, providers)).toMatchObject({
        act: 'person',
        help: 'Ask Ada.',
      });
      const limited = { status: 429, ...headers({ 'x-back': '2026-11-20T14:00:00Z', 'retry-after': '5' }) };
      expect(means(limited, providers)).toMatchObject({ until: seconds(3600) });
      expect(means({ status: 503 }, providers)).toEqual(means({ status: 503 }));
      await expect(readProviders(join(folder, 'none.json'))).rejects.toThrow(/cannot be read/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it.each([
    [{ ...rule, texts: ['('] }, /line \d+: .*texts.*a regular expression/],
    [{ ...rule, help: undefined }, /help: .*must be there: what a person can do/],
    [{ name: 'all', act: 'retry' }, /name: must be of a rule that says when it holds/],
    [{ ...rule, status: ['6xx'] }, /status/],
  ])('is refused with its line where it says nothing that can be done: %j', (broken, words) => {
    expect(() =>
      parseProviders(JSON.stringify({ version: 1, rules: [broken] }, null, 1), 'mine.json'),
    ).toThrow(words);
  });
});
