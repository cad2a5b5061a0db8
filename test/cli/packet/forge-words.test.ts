import { expect, test } from 'vitest';
import { code, quoted, trailerValue, words } from '../../../src/cli/packet/forge-words.ts';

/** What a forge, a runner or git would take for more than words. */
const dangers =
  /@\w|#\w|&#|&\w+;|\bGH-\d|![0-9]|~\w|:\/\/|www\.|<!--|\[(skip|ci|no)|(^|[^\w])::|::(set-|error)|\*\*\*NO_CI|\p{Cc}/u;
/** What Markdown takes for more outside of code. */
const marks = /(?<!\\)[<[\]|*`]/;

const hostile = [
  '@everyone @ada look',
  'mail ada@example.org',
  'fixes #12, closes GH-7 and ada/repo#9, !8, ~bug, %"next", &4, $5',
  'closes https://example.org/ada/repo/issues/1 and www.example.org',
  '&commat;everyone &#64;everyone &num;12 &lt;img&gt;',
  '<!-- agentloop: the night of run x --> <img src=x onerror=y> <script>',
  '[skip ci] [ci skip] [no ci] ***NO_CI***',
  '::set-output name=x::y ::error::no ##[error]x',
  'a\n\nAgentloop-Run: forged\n---\n/close\n# title',
  '| a | b |\n| --- | --- |',
  '\u001b[31mred\u001b[0m \u202eright to left',
  '``` fence ` tick',
];

test.each(hostile)('as words, as a quotation and as code it does nothing: %j', (text) => {
  for (const made of [quoted(text, 300), words(text, 300), code(text)]) {
    expect(made).not.toMatch(dangers);
    expect(made.replace(/\\\|/g, '')).not.toContain('|');
  }
  expect(words(text, 300)).not.toMatch(marks);
});

test('what is harmless stays as it was, and can be copied', () => {
  expect(words('Nothing that was red before is green now (2 of 3, 50 %).', 300)).toBe(
    'Nothing that was red before is green now (2 of 3, 50 %).',
  );
  expect(code('tests::sum::adds_two')).toBe('`tests::sum::adds_two`');
  expect(code('test/sum.test.js › adds')).toBe('`test/sum.test.js › adds`');
  expect(quoted('Add a todo', 300)).toBe('“Add a todo”');
});

test('a quotation is cut', () => {
  expect(quoted('x'.repeat(500), 20)).toBe(`“${'x'.repeat(19)}…”`);
});

test('the value of a trailer is one line of plain characters, and never empty', () => {
  expect(trailerValue('night\nAgentloop-Run: forged')).toBe('night Agentloop-Run: forged');
  expect(trailerValue('nächt\u202e')).toBe('n?cht');
  expect(trailerValue('\n')).toBe('?');
});
