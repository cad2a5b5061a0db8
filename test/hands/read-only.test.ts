import { expect, test } from 'vitest';
import { opinionEnding } from '../../src/hands/opinion.ts';
import { bench } from './kit.ts';

test('hands that only read have no tool that could change anything', async () => {
  await using b = await bench({ 'a.txt': 'hello\n' }, { owned: [], readOnly: true, ending: opinionEnding });
  expect(b.hands.specs.map(({ name }) => name)).toEqual(['read', 'grep', 'glob', 'opinion']);
  expect(await b.call('read', { path: 'a.txt' })).toMatchObject({ isError: false });
  for (const [name, input] of [
    ['write', { path: 'a.txt', content: 'x' }],
    ['edit', { path: 'a.txt', old: 'hello', new: 'x' }],
    ['bash', { command: 'echo x > a.txt' }],
    ['bash_output', { id: '1' }],
  ] as const) {
    expect(await b.call(name, input)).toMatchObject({
      isError: true,
      content: `There is no tool ${name}. There are: read, grep, glob, opinion.`,
    });
  }
  expect(await b.workspace.read('a.txt')).toBe('hello\n');
});

test('an opinion is read with care: an objection has reasons, and all of it is cut to size', () => {
  const { read } = opinionEnding;
  expect(read({ opinion: 'no-objection', reasons: ['but'] })).toMatchObject({
    opinion: { says: 'no-objection', reasons: [] },
  });
  expect(
    read({ opinion: 'object', reasons: ['a', ' ', ...Array.from({ length: 9 }, () => 'x'.repeat(5_000))] }),
  ).toMatchObject({
    claim: 'done',
    opinion: { says: 'object', reasons: ['a', ...Array.from({ length: 4 }, () => expect.any(String))] },
  });
  expect(read({ opinion: 'object', reasons: [] })).toHaveProperty('problem');
  expect(read({ opinion: 'accept' })).toHaveProperty('problem');
  expect(read('no-objection')).toHaveProperty('problem');
});
