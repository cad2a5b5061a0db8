import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeadAndTail } from '../../src/workspace/head-and-tail.ts';
import { Lines } from '../../src/workspace/lines.ts';

function keep(size: number, chunks: readonly (string | Buffer)[]): HeadAndTail {
  const kept = new HeadAndTail(size);
  for (const chunk of chunks) kept.push(Buffer.from(chunk));
  return kept;
}

describe('head and tail of an output', () => {
  test('what fits is kept whole', () => {
    expect(keep(10, ['12345', '67890']).text()).toBe('1234567890');
    expect(keep(10, []).text()).toBe('');
  });

  test('what does not fit loses its middle, and says how much', () => {
    expect(keep(10, ['1234567890x']).text()).toBe('12345\n[... 1 bytes left out ...]\n7890x');
    const kept = keep(10, ['head ', ...Array.from({ length: 1000 }, () => 'x'), ' tail']);
    expect(kept.text()).toBe('head \n[... 1000 bytes left out ...]\n tail');
    expect(kept.bytes).toBe(1010);
  });

  test('however it is cut into chunks, the same is kept', () => {
    const text = Array.from({ length: 400 }, (_, at) => String.fromCharCode(33 + (at % 90))).join('');
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 40 }),
        fc.integer({ min: 2, max: 500 }),
        (sizes, size) => {
          let rest = text;
          const chunks = sizes.map((length) => {
            const chunk = rest.slice(0, length);
            rest = rest.slice(length);
            return chunk;
          });
          expect(keep(size, [...chunks, rest]).text()).toBe(keep(size, [text]).text());
        },
      ),
    );
  });

  test('no character is cut in two', () => {
    for (let size = 2; size < 20; size++) {
      for (const char of ['é', '€', '😀']) {
        const text = keep(size, [char.repeat(30)]).text();
        expect(text).not.toContain('\uFFFD');
        const left = Number(/(\d+) bytes/.exec(text)?.[1]);
        expect(left + Buffer.byteLength(text.replace(/\n.*\n/, ''))).toBe(Buffer.byteLength(char) * 30);
      }
    }
  });

  test('forgets when it is told to', () => {
    const kept = keep(10, ['1234567890x']);
    kept.clear();
    kept.push(Buffer.from('new'));
    expect(kept.text()).toBe('new');
    expect(kept.bytes).toBe(3);
  });
});

describe('the lines of an output', () => {
  const cut = (chunks: readonly string[]) => {
    const seen: string[] = [];
    const lines = new Lines((line) => seen.push(line));
    for (const chunk of chunks) lines.push(Buffer.from(chunk, 'latin1'));
    lines.end();
    return seen;
  };

  test('are whole, wherever the chunks end, and the last one needs no newline', () => {
    expect(cut(['o', 'ne\ntw', 'o\n\nthr', 'ee'])).toEqual(['one', 'two', '', 'three']);
    expect(cut(['\xe2\x82', '\xac\n'])).toEqual(['€']);
    expect(cut(['one\n'])).toEqual(['one']);
  });

  test('are cut at 16 KiB, and the rest is no line of its own', () => {
    const long = 'x'.repeat(40_000);
    expect(cut([long, `${long}\nshort\n`]).map((line) => line.length)).toEqual([16_384, 5]);
  });

  test('are cut where they are told to be, with no more than that kept, and between characters', () => {
    const lines: string[] = [];
    const longer = new Lines((line) => lines.push(line), 40_001);
    for (let i = 0; i < 30; i += 1) longer.push(Buffer.from('é'.repeat(1000)));
    longer.push(Buffer.from('\nshort\n'));
    longer.push(Buffer.from('x'.repeat(40_000)));
    longer.end();
    expect(lines.map((line) => line.length)).toEqual([20_000, 5, 40_000]);
    expect(lines[0]).toBe('é'.repeat(20_000));
  });
});
