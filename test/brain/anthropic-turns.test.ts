import { expect, test } from 'vitest';
import { call, text, thinking } from '../helpers/messages-script.ts';
import { stage, storyOf } from './anthropic-kit.ts';

const done = { claim: 'done', did: 'It works.' };

test('a session: look, act, claim; and every step of it stands in the transcript', async () => {
  await using s = await stage([
    { say: [thinking('hm'), text('I look.'), call('bash', { command: 'echo hello > a.txt; cat a.txt' })] },
    { say: [thinking('', 'ZW1wdHk='), call('claim', done)] },
  ]);
  const events = await s.work();
  expect(events.at(-1)).toEqual({ type: 'finished', claim: 'done', handoff: { did: 'It works.' } });
  expect(await s.workspace.read('a.txt')).toBe('hello\n');
  expect(storyOf(s.transcript)).toEqual([
    'head.frozen',
    'user.said',
    'request.sent',
    'assistant.said',
    'cost.told',
    'tool.started',
    'tool.finished',
    'user.said',
    'request.sent',
    'assistant.said',
    'cost.told',
    'claim.made',
  ]);
});
