import { expect, test } from 'vitest';
import type { Block } from './messages-check.ts';
import { call, type Script, text, thinking } from './messages-script.ts';
import { type MessagesServer, messagesServer } from './messages-server.ts';

const user = (words: string) => ({ role: 'user', content: [text(words)] });
const assistant = (...content: object[]) => ({ role: 'assistant', content });
const result = (id: string, more: object = {}) => ({
  type: 'tool_result',
  tool_use_id: id,
  content: 'ok',
  ...more,
});
const run = { type: 'tool_use', id: 'toolu_1_0_1', name: 'bash', input: { command: 'ls' } };
const signed = { type: 'thinking', thinking: 'hm', signature: 'c2lnbmVk' };

async function ask(
  server: MessagesServer,
  messages: readonly object[],
  more: object = {},
  headers: object = {},
) {
  const response = await fetch(`${server.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'anthropic-version': '2026-10-21', ...headers },
    body: JSON.stringify({ model: 'm', stream: true, system: 's', tools: [], ...more, messages }),
  });
  return { status: response.status, body: await response.text() };
}

const script: Script = [{ say: [thinking('hm'), call('bash', { command: 'ls' })] }, { say: [text('Done.')] }];

test('a conversation that keeps the rules is played to its end', async () => {
  await using server = await messagesServer(script);
  const first = await ask(server, [user('brief')]);
  expect(first.body).toMatch(
    /^event: message_start\ndata: \{"type":"message_start","message":\{"id":"msg_1_0"/,
  );
  expect(first.body).toMatch(/event: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
  const answered = [
    user('brief'),
    assistant(signed, run),
    { role: 'user', content: [result('toolu_1_0_1')] },
  ];
  expect((await ask(server, answered)).status).toBe(200);
  expect(server.violations).toEqual([]);
  expect(server.unplayed()).toEqual([]);
});

const wrong: [string, (messages: object[]) => object[], object?, object?][] = [
  [
    'the turn of the model is not what was said',
    (m) => [m[0] as object, assistant({ ...signed, thinking: '' }, run), m[2] as object],
  ],
  ['the turn of the model is not what was said', (m) => [m[0] as object, assistant(run), m[2] as object]],
  [
    'a conversation starts in the middle',
    (m) => [{ role: 'user', content: [text('brief'), text('more')] }, ...m.slice(1)],
  ],
  ['the last calls have no answer', (m) => m.slice(0, 2)],
  ['message 2 answers ["other"]', (m) => [...m.slice(0, 2), { role: 'user', content: [result('other')] }]],
  [
    'message 2 answers ["toolu_1_0_1","toolu_1_0_1"]',
    (m) => [...m.slice(0, 2), { role: 'user', content: [result('toolu_1_0_1'), result('toolu_1_0_1')] }],
  ],
  [
    'message 2 says something before it answers',
    (m) => [...m.slice(0, 2), { role: 'user', content: [text('so'), result('toolu_1_0_1')] }],
  ],
  [
    'message 3 answers ["toolu_1_0_1"] where []',
    (m) => [...m, { role: 'user', content: [result('toolu_1_0_1')] }],
  ],
  ['message 3 has an empty text', (m) => [...m, user('')]],
  ['the turn of the model was left out', (m) => [m[0] as object, user('and?')]],
  ['the head of the conversation changed', (m) => m, { system: 's2' }],
  ['the head of the conversation changed', (m) => m, { tools: [{ name: 'x' }] }],
  ['a tool is forced', (m) => m, { tool_choice: { type: 'any' } }],
  ['temperature is not taken any more', (m) => m, { temperature: 1 }],
  ['does not ask for a stream', (m) => m, { stream: false }],
  ['the Authorization header is not the key', (m) => m, {}, { authorization: 'Bearer other' }],
  ['x-api-key is not sent any more', (m) => m, {}, { 'x-api-key': 'k' }],
  [
    '5 cache markers',
    (m) => [
      ...m.slice(0, 2),
      {
        role: 'user',
        content: [
          result('toolu_1_0_1'),
          ...[1, 2, 3, 4, 5].map((n) => ({ ...text(`${n}`), cache_control: { type: 'ephemeral' } })),
        ],
      },
    ],
  ],
];

test.each(wrong)('seen and told: %s', async (sentence, change, more, headers) => {
  await using server = await messagesServer(script);
  await ask(server, [user('brief')]);
  const right = [user('brief'), assistant(signed, run), { role: 'user', content: [result('toolu_1_0_1')] }];
  const { status } = await ask(server, change(right), more, headers);
  expect(status).toBe(400);
  expect(server.violations.join('\n')).toContain(sentence);
});

test('a request made again, an answer lost on the way, and a second session with the same brief are fine', async () => {
  await using server = await messagesServer([
    [{ status: 529 }, ...[0, 1].map(() => ({ say: [text('Hello.')] }))],
    { say: [text('Bye.')] },
  ]);
  expect((await ask(server, [user('brief')])).status).toBe(529);
  expect((await ask(server, [user('brief')])).status).toBe(200);
  expect((await ask(server, [user('brief')])).status).toBe(200);
  expect((await ask(server, [user('brief'), assistant(text('Hello.')), user('more')])).status).toBe(200);
  expect((await ask(server, [user('brief')], { system: 'another session' })).status).toBe(529);
  expect(server.violations).toEqual([]);
});

test('several conversations each have their script, and a turn that is not in it is told', async () => {
  const says = (words: string) => [{ say: [text(words)] }];
  await using server = await messagesServer([
    { when: 'F001', turns: says('one') },
    { when: 'F002', turns: says('two') },
    { when: 'F003', turns: says('three') },
  ]);
  expect((await ask(server, [user('do F002')])).body).toContain('"text":"tw"');
  expect((await ask(server, [user('do F001')])).body).toContain('"text":"on"');
  expect(server.unplayed()).toEqual(['F003: turn 0']);
  expect((await ask(server, [user('do F001'), assistant(text('one') as Block), user('more')])).status).toBe(
    400,
  );
  expect((await ask(server, [user('do F009')])).status).toBe(400);
  expect(server.violations).toEqual([
    'request 3 (turn 1): the script has no turn 1',
    expect.stringContaining('no script is for a conversation that starts with'),
  ]);
});
