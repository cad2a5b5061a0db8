import { describe, expect, test } from 'vitest';
import { clients } from './clients.ts';
import { type ApiName, modelServer } from './model-server.ts';
import type { Conversation } from './moves.ts';

async function ask(
  server: { url: string },
  api: ApiName,
  turns: number,
  tools?: 'shell' | 'claim' | null,
  key = 'a-key',
) {
  const { path, headers, body } = clients[api];
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers(key) },
    body: JSON.stringify(body(turns, tools)),
    signal: AbortSignal.timeout(turns > 3 ? 200 : 5000),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const script: readonly Conversation[] = [
  {
    when: 'F001',
    turns: [
      [
        { status: 529, headers: { 'retry-after': '7' }, words: 'Too many.' },
        { run: 'echo "hi"', usage: { input: 1234, output: 56 } },
      ],
      { claim: 'done', did: 'It adds.' },
      { say: 'Sorry.' },
      { limitedUntil: Math.floor(Date.now() / 1000) + 600 },
      { stall: 'before headers' },
      { stall: 'in the stream' },
    ],
  },
];

describe.each(Object.keys(clients) as ApiName[])('the scripted server of the %s API', (api) => {
  test('one script says what the model does, in the words of the API and with the tools that are offered', async () => {
    await using server = await modelServer(api, script, 'a-key');
    const late = await ask(server, api, 0);
    expect(late).toMatchObject({ status: 529, text: expect.stringContaining('Too many.') });
    expect(late.headers.get('retry-after')).toBe('7');
    const run = await ask(server, api, 0);
    expect(run.status).toBe(200);
    expect(run.headers.get('content-type')).toBe('text/event-stream');
    expect(plain(run.text)).toContain('echo "hi"');
    expect(plain(run.text)).toContain('one step of the work');
    expect(run.text).toMatch(/1234[\s\S]*56/);
    expect(plain((await ask(server, api, 1, 'claim')).text)).toMatch(
      /claim[\s\S]*"claim":"done","did":"It adds\."/,
    );
    expect(plain((await ask(server, api, 1)).text)).toContain('It adds.');
    expect(plain((await ask(server, api, 2)).text)).toContain('Sorry.');
    expect((await ask(server, api, 3)).status).toBe(429);
    await expect(ask(server, api, 4)).rejects.toThrow(/timeout/);
    await expect(ask(server, api, 5)).rejects.toThrow(/timeout/);
    expect(server.requests.map(({ turn, attempt }) => `${turn}.${attempt}`)).toEqual([
      '0.0',
      '0.1',
      '1.0',
      '1.1',
      '2.0',
      '3.0',
      '4.0',
      '5.0',
    ]);
    expect(server.violations).toEqual([]);
    expect(server.unplayed()).toEqual([]);
  });

  test('what no script is for, another path, a wrong key: told, with what came; a request without hands is an aside', async () => {
    await using server = await modelServer(
      api,
      [
        { when: 'F002', turns: [] },
        { when: 'F001', turns: [] },
      ],
      'a-key',
    );
    expect((await ask(server, api, 0, null)).status).toBe(200);
    expect((await ask(server, api, 0)).status).toBe(400);
    expect((await ask(server, api, 0, 'shell', 'b-key')).status).toBe(400);
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(400);
    expect(server.asides).toHaveLength(1);
    expect(server.requests).toEqual([]);
    expect(server.violations).toEqual([
      'the script has no turn 0 for F001',
      expect.stringContaining('without the key'),
      expect.stringContaining('GET /v1/models is not served'),
    ]);
  });
});

/** With the halves of a stream put together again, and without the escapes of JSON in JSON. */
function plain(stream: string): string {
  const halves = [...stream.matchAll(/"(?:partial_json|text)":"((?:[^"\\]|\\.)*)"/g)]
    .map(([, half]) => half)
    .join('');
  return `${stream}${halves}`.replaceAll('\\"', '"').replaceAll('\\\\"', '"').replaceAll('\\"', '"');
}
