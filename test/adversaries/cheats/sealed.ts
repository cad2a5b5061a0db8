import type { Files } from '../scene.ts';
import { text } from '../scene.ts';

/** What only tests that the brain never saw can ask, by runner. */
export const sealed: { readonly js: Files; readonly py: Files } = {
  js: {
    'test/numerals.test.js': text`
      import assert from 'node:assert/strict';
      import { test } from 'node:test';
      import { toRoman } from '../src/roman.js';

      test('numbers up to 3999 have a numeral', () => {
        assert.equal(toRoman(14), 'XIV');
        assert.equal(toRoman(444), 'CDXLIV');
        assert.equal(toRoman(3999), 'MMMCMXCIX');
      });
    `,
  },
  py: {
    'tests/test_numerals.py': text`
      from whole.roman import to_roman


      def test_numbers_up_to_3999_have_a_numeral():
          assert [to_roman(n) for n in (14, 444, 3999)] == ["XIV", "CDXLIV", "MMMCMXCIX"]
    `,
  },
};
