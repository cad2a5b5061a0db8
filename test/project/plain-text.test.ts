import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, indent, oneLine, plain } from '../../src/project/plain-text.ts';

describe('plain text', () => {
  test.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['titles of terminals', '\u001b]0;title\u0007x', 'x'],
    ['bells and backspaces', 'a\u0007\bb', 'ab'],
    ['line ends of others', 'a\r\nb\rc\u2028d\fe', 'a\nb\nc\nd\ne'],
    ['turned reading direction', 'a\u202egnp.exe', 'agnp.exe'],
    ['halves of characters', 'a\ud800b', 'ab'],
    ['blanks at the end', 'a\n \n', 'a'],
    ['what is plain already', '\tä 🙂\n\nb', '\tä 🙂\n\nb'],
  ])('%s', (_, text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  test('on one line', () => {
    expect(oneLine(' a\n\n b\tc ')).toBe('a b c');
  });

  test('moved in, empty lines stay empty', () => {
    expect(indent('a\n\n  b')).toBe('  a\n\n    b');
  });
});

describe('a cap in bytes', () => {
  // A text may hold the mark of a broken character itself; here it must come from the cut.
  const anyText = fc
    .string({ unit: 'grapheme', minLength: 30, maxLength: 200, size: 'max' })
    .filter((text) => !text.includes('\ufffd'));

  test('holds for every text, and only whole characters are kept', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 0, max: 300 }),
        fc.constantFrom('both' as const, 'head' as const),
        (text, max, keep) => {
          const cut = clip(text, max, keep);
          expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(max, 0));
          expect(cut).not.toContain('\ufffd');
          if (Buffer.byteLength(text) <= max) expect(cut).toBe(text);
        },
      ),
    );
  });

  test('head and tail are kept and what is left out is told to the byte', () => {
    const text = `begin${'x'.repeat(1000)}end`;
    const cut = clip(text, 100);
    expect(cut.startsWith('begin')).toBe(true);
    expect(cut.endsWith('end')).toBe(true);
    const [, told = ''] = /\n\[\.\.\. (\d+) bytes left out \.\.\.\]\n/.exec(cut) ?? [];
    const kept = cut.replace(/\n\[.*\]\n/, '').length;
    expect(Number(told) + kept).toBe(text.length);
  });

  test('with only the head wanted, nothing follows the note', () => {
    expect(clip('ä'.repeat(100), 60, 'head')).toMatch(/^ä+\n\[\.\.\. \d+ bytes left out \.\.\.\]$/);
  });
});
