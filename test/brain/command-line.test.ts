import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordsOf } from '../../src/brain/command-line.ts';
import { shellQuote } from '../../src/brain/own-files.ts';

/** Words in the order in which they stand, as the shell will see them; ? where only the shell knows. */
function values(line: string): string[] {
  const words = [...wordsOf(line)].sort((a, b) => a.start - b.start);
  return words.map((word) => (word.written ? '>' : '') + (word.value ?? '?'));
}

describe('words of a command line', () => {
  test.for([
    ['./agent.sh', ['./agent.sh']],
    ['  node  ./agent.js\t--fast\n', ['node', './agent.js', '--fast']],
    ['VAR=x ./agent.sh', ['VAR=x', './agent.sh']],
    ['cd a && ./agent.sh', ['cd', 'a', './agent.sh']],
    ['cd a&&./agent.sh', ['cd', 'a', './agent.sh']],
    ['a;b|c||d&e', ['a', 'b', 'c', 'd', 'e']],
    ['(./a; { ./b; })', ['./a', '?', './b', '?']],
    [`'./my agent.sh' "it's" a\\ b`, ['./my agent.sh', "it's", 'a b']],
    [`./a'b'"c"d`, ['./abcd']],
    [`"a\\"b\\$c\\d" 'a\\b'`, ['a"b$c\\d', 'a\\b']],
    ['a \\\n b c\\\nd', ['a', 'b', 'cd']],
    ["''", ['']],
    ['./a # ./b "\n./c', ['./a', './c']],
    ['./a#b', ['./a#b']],
    ['$X ./a', ['?', './a']],
    ['"./a/$X" ./b', ['?', './b']],
    ['"./a/\\$X"', ['./a/$X']],
    ['./*.sh ./a?b ./[ab] ./{a,b} "./*"', ['?', '?', '?', '?', './*']],
    [`$\{X:-./a b} ./c`.replace('\\', ''), ['?', './c']],
    ['`./a b` ./c', ['?', './c']],
    [`$'a\\'b' ./c`, ['?', './c']],
    ['$((1 + (2))) ./c', ['?', './c']],
    [
      'claude -p "$(cat ./prompt.md "./x y")" ./z',
      ['claude', '-p', '?', 'cat', './prompt.md', './x y', './z'],
    ],
    ['$(echo "$(./a)") ./b', ['?', 'echo', '?', './a', './b']],
    ['./a > ./out 2>> ./err < ./in', ['./a', '>./out', '2', '>./err', './in']],
    ['./a >| ./out &> ./all >&2', ['./a', '>./out', '>./all', '>2']],
    ['./a >./out ./b', ['./a', '>./out', './b']],
    ['a <<< ./b ./c', ['a', './b', './c']],
    ['a < <(./b) ./c', ['a', './b', './c']],
    ['a > >(./b) ./c', ['a', './b', './c']],
    ['a >(./b) ./c', ['a', './b', './c']],
    ['cat <<EOF | ./a\n./b\nEOF', ['cat']],
    [`./a 'never closed ./b`, ['./a', '?']],
    ['./a "never closed ./b', ['./a', '?']],
    ['./a $(never closed', ['./a', '?', 'never', 'closed']],
    ['./a \\', ['./a', '']],
    ['./a ) ./b', ['./a']],
    ['', []],
  ] as [string, string[]][])('%s', ([line, words]) => {
    expect(values(line)).toEqual(words);
  });

  test('every line at all has an end, and each word lies in it', () => {
    const pieces = fc.constantFrom(
      './a',
      ' ',
      '"',
      "'",
      '\\',
      '$',
      '$(',
      '${',
      '((',
      ')',
      '}',
      '`',
      '>',
      '<',
      '#',
      '\n',
      'x=',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const line = parts.join('');
        for (const { start, end } of wordsOf(line)) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(line.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('what is quoted for the shell comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(values(`a ${shellQuote(text)} b`)).toEqual(['a', text, 'b']);
      }),
    );
  });
});
