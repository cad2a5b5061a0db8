import { expect, test } from 'vitest';
import { call, text } from '../helpers/messages-script.ts';
import { lastSaid, stage } from './anthropic-kit.ts';

const evaluator = { role: 'evaluator', hands: 'read-only' } as const;

test('an evaluator has hands that only read, a page of its own, and ends with an opinion', async () => {
  await using s = await stage(
    [
      { say: [text('I look.'), call('read', { path: 'src/a.js' }), call('bash', { command: 'rm -r src' })] },
      { say: [call('opinion', { opinion: 'object' })] },
      { say: [call('opinion', { opinion: 'object', reasons: ['src/a.js:1 is a placeholder.'] })] },
    ],
    {},
    { 'src/a.js': 'export const a = 1;\n' },
  );
  const events = await s.work(evaluator);
  expect(events.at(-1)).toEqual({
    type: 'finished',
    claim: 'done',
    handoff: {},
    opinion: { says: 'object', reasons: ['src/a.js:1 is a placeholder.'] },
  });
  const { body } = s.server.requests[0] ?? { body: undefined };
  expect(body?.tools).toMatchObject(['read', 'grep', 'glob', 'opinion'].map((name) => ({ name })));
  expect(JSON.stringify(body?.system)).toContain('a reviewer with fresh eyes');
  expect(lastSaid(s, 1).join('\n')).toContain('error: There is no tool bash.');
  expect(lastSaid(s, 2).join('\n')).toContain('a sentence for each reason');
  expect(await s.workspace.read('src/a.js')).toBe('export const a = 1;\n');
});

test('one that ends its turn without an opinion has none, and may be asked again', async () => {
  await using s = await stage([
    { say: [text('All fine, I suppose.')] },
    { say: [call('opinion', { opinion: 'no-objection' })] },
  ]);
  const first = (await s.work(evaluator)).at(-1);
  expect(first).toMatchObject({ type: 'finished', claim: 'done' });
  expect(first).not.toHaveProperty('opinion');
  const refusal = { round: 1, reasons: [], text: 'Answer once more.' };
  expect((await s.work({ ...evaluator, refusal })).at(-1)).toMatchObject({
    opinion: { says: 'no-objection', reasons: [] },
  });
});
