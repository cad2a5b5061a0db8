import { expect, test } from 'vitest';
import { newBody, replacedBody } from '../../../src/loop/requests/own-words.ts';

const ours = (what: string) => `${what}\n\n| F001 |\n\nAgentloop-Run: night\nAssisted-by: agentloop:x\n`;

test('our words are made anew and those of people stay, before and behind', () => {
  const body = `Read me.\n\n${newBody(ours('one'))}\nAnd me.\n\n- twice\n`;
  const again = replacedBody(body, ours('two')) ?? '';
  expect(again).toBe(`Read me.\n\n${newBody(ours('two'))}\nAnd me.\n\n- twice\n`);
  expect(replacedBody(again, ours('two'))).toBe(again);
});

test('with the ends of lines that web pages send', () => {
  const body = `Hi\n\n${newBody(ours('one'))}`.replaceAll('\n', '\r\n');
  expect(replacedBody(body, ours('two'))).toBe(`Hi\n\n${newBody(ours('two'))}`);
});

test('a body without words of others ends with the trailers, which a squash keeps', () => {
  expect(newBody(ours('one')).endsWith('\n\nAgentloop-Run: night\nAssisted-by: agentloop:x\n')).toBe(true);
});

test.each(['A person wrote this alone.', newBody('without its end')])(
  'what is not ours any more is left: %#',
  (body) => {
    expect(replacedBody(body, ours('two'))).toBeUndefined();
  },
);
