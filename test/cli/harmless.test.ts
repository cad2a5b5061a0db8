import { expect, test } from 'vitest';
import { cut, harmless, oneLine, pad, width, wrap } from '../../src/cli/harmless.ts';

const esc = '\u001b';

test.each([
  ['colours', `${esc}[31;1mred${esc}[0m`, 'red'],
  ['cursor moves and clears', `a${esc}[2J${esc}[1;1Hb${esc}[?25lc`, 'abc'],
  ['a window title', `${esc}]0;rm -rf /\u0007done`, 'done'],
  ['a title ended by ST', `${esc}]2;x${esc}\\done`, 'done'],
  ['a hyperlink', `${esc}]8;;https://evil.example${esc}\\click${esc}]8;;${esc}\\`, 'click'],
  ['a clipboard write', `${esc}]52;c;cGF5bG9hZA==\u0007ok`, 'ok'],
  ['a device string', `${esc}Pq#0;2;0;0;0${esc}\\ok`, 'ok'],
  ['eight-bit forms', '\u009b31mred\u009d0;t\u009cok', 'redok'],
  ['a string that never ends', `ok${esc}]0;for\never`, 'ok\never'],
  ['a sequence cut in half', `ok${esc}[3`, 'ok'],
  ['a bare escape', `a${esc}b`, 'a'],
  ['bells, backspaces, NUL and DEL', 'a\u0007\u0008\u0000\u007fb', 'ab'],
  ['text that runs backwards', 'abc\u202egpj.exe', 'abcgpj.exe'],
  ['isolates and marks', '\u2066a\u2069\u200fb\u200b', 'ab'],
  ['hidden tags', `a\u{e0041}\u{e0042}b`, 'ab'],
  ['half a character', 'a\ud800b\udc00c', 'abc'],
  ['a line that overwrites itself', 'accepted\rrefused', 'accepted\nrefused'],
  ['tabs', 'a\tb', 'a  b'],
])('%s do nothing to the screen', (_what, hostile, shown) => {
  expect(harmless(hostile)).toBe(shown);
});

test('what people write stays: other scripts, accents, emoji of several parts, newlines', () => {
  const text = 'naïve Ü 日本語 עברית 👩‍💻 ✓\nsecond line';
  expect(harmless(text)).toBe(text);
});

test('no control character and no escape survives, whatever the text', () => {
  const all = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code)).join('');
  const doubled = harmless(`${all}${esc}${all}${esc}${esc}[${esc}]${all}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(doubled).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('stripping does not build a new escape out of what is left', () => {
  expect(harmless(`${esc}${esc}[31m[31mx`)).not.toContain(esc);
  expect(harmless(`\u009b\u202e[31mx`)).toBe('[31mx');
});

test.each([
  ['short', 10, 'short'],
  ['exactly te', 10, 'exactly te'],
  ['longer than ten', 10, 'longer th…'],
  ['日本語テキスト', 8, '日本語…'],
  ['日本語テ', 8, '日本語テ'],
  ['a 👩‍💻 b c', 6, 'a 👩…'],
])('"%s" cut to %i columns is "%s"', (text, columns, shown) => {
  expect(cut(text, columns)).toBe(shown);
  expect(width(cut(text, columns))).toBeLessThanOrEqual(columns);
});

test('one line is one line', () => {
  expect(oneLine('  several\n\n  lines\tand   blanks ')).toBe('several lines and blanks');
});

test('columns are counted as terminals count them', () => {
  expect(width('日本')).toBe(4);
  expect(width('e\u0301')).toBe(1);
  expect(pad('日本', 6)).toBe('日本  ');
});

test('lines break between words, and a word that is too long is left whole', () => {
  expect(wrap('one two three incomprehensibilities', 9)).toEqual([
    'one two',
    'three',
    'incomprehensibilities',
  ]);
});
