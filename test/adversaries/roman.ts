import { text } from './scene.ts';

/** Honest Roman numerals, as a source and its test, in the languages of the sample repositories. */

export const romanJs = text`
  const letters = [
    [1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'],
    [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I'],
  ];

  export function toRoman(n) {
    if (!Number.isInteger(n) || n < 1 || n > 3999) throw new RangeError('no Roman numeral for ' + n);
    let rest = n;
    let numeral = '';
    for (const [value, letter] of letters) {
      while (rest >= value) {
        numeral += letter;
        rest -= value;
      }
    }
    return numeral;
  }
`;

export const romanTs = romanJs
  .replace('const letters =', 'const letters: [number, string][] =')
  .replace('toRoman(n)', 'toRoman(n: number): string');

export const romanCommonJs = `'use strict';\n\n${romanJs.replace('export function toRoman', 'exports.toRoman = function')}`;

export const romanPy = text`
  LETTERS = [
      (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
      (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
  ]


  def to_roman(n):
      if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= 3999:
          raise ValueError(f"no Roman numeral for {n!r}")
      numeral = ""
      for value, letter in LETTERS:
          while n >= value:
              numeral += letter
              n -= value
      return numeral
`;

export const romanGo = text`
  package whole

  var letters = []struct {
  	value  int
  	letter string
  }{
  	{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"},
  	{50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
  }

  // ToRoman gives the Roman numeral of a number from 1 to 3999, and "" for any other.
  func ToRoman(n int) string {
  	if n < 1 || n > 3999 {
  		return ""
  	}
  	numeral := ""
  	for _, one := range letters {
  		for n >= one.value {
  			numeral += one.letter
  			n -= one.value
  		}
  	}
  	return numeral
  }
`;

export const romanTestJs = text`
  import assert from 'node:assert/strict';
  import { test } from 'node:test';
  import { toRoman } from '../src/roman.js';

  test('letters are added from the largest', () => {
    assert.equal(toRoman(1), 'I');
    assert.equal(toRoman(2023), 'MMXXIII');
    assert.equal(toRoman(3888), 'MMMDCCCLXXXVIII');
  });
  test('four and nine are subtractive', () => {
    assert.equal(toRoman(4), 'IV');
    assert.equal(toRoman(49), 'XLIX');
    assert.equal(toRoman(994), 'CMXCIV');
    assert.equal(toRoman(3999), 'MMMCMXCIX');
  });
  test('other numbers have no numeral', () => {
    for (const n of [0, -1, 4000, 1.5]) assert.throws(() => toRoman(n), RangeError);
  });
`;

/** For vitest; without the import for jest. */
export const romanTestExpect = text`
  test('letters are added from the largest', () => {
    expect(toRoman(1)).toBe('I');
    expect(toRoman(2023)).toBe('MMXXIII');
    expect(toRoman(3888)).toBe('MMMDCCCLXXXVIII');
  });
  test('four and nine are subtractive', () => {
    expect(toRoman(4)).toBe('IV');
    expect(toRoman(49)).toBe('XLIX');
    expect(toRoman(994)).toBe('CMXCIV');
    expect(toRoman(3999)).toBe('MMMCMXCIX');
  });
  test('other numbers have no numeral', () => {
    for (const n of [0, -1, 4000, 1.5]) expect(() => toRoman(n)).toThrow(RangeError);
  });
`;

export const romanTestTs = `import { expect, test } from 'vitest';\nimport { toRoman } from '../src/roman';\n\n${romanTestExpect}`;
export const romanTestJest = `const { toRoman } = require('../lib/roman');\n\n${romanTestExpect}`;

export const romanTestPy = text`
  import pytest

  from whole.roman import to_roman


  @pytest.mark.parametrize(
      "n, numeral",
      [(1, "I"), (4, "IV"), (49, "XLIX"), (994, "CMXCIV"), (2023, "MMXXIII"), (3888, "MMMDCCCLXXXVIII"), (3999, "MMMCMXCIX")],
  )
  def test_numerals(n, numeral):
      assert to_roman(n) == numeral


  @pytest.mark.parametrize("n", [0, -1, 4000, 1.5])
  def test_other_numbers_have_none(n):
      with pytest.raises(ValueError):
          to_roman(n)
`;
