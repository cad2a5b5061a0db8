import { describe, expect, test } from 'vitest';
import { authoredTitle, isAmong, titlesIn } from '../../../src/judge/sealed/titles.ts';

const script = `
describe('a list', () => {
  it('keeps its order', () => { expect(/x/.test('SECRET INPUT')).toBe(true); });
  test.each([[1, 2]])('adds %i and %i', () => {});
  test(\`copes with \${size} entries\`, () => {});
  it.skip('comes later', () => {});
  if (process.platform === 'win32') test('speaks of drives', () => {});
});
test("says \\"no\\" to nothing", () => {});
assert.equal('not a title', 1);
`;

describe('titles in a test file', () => {
  test('are those of tests and suites; inputs of other calls are none', () => {
    expect(titlesIn('a.test.ts', script)).toEqual({
      titles: [
        'a list',
        'keeps its order',
        'adds %i and %i',
        'copes with %s entries',
        'comes later',
        'speaks of drives',
        'says "no" to nothing',
      ],
      tests: ['keeps its order', 'says "no" to nothing'],
    });
  });

  test('of Python are names of functions and classes', () => {
    const text =
      'import pytest\nclass TestList:\n    def test_order(self):\n        def test_inner(): pass\n' +
      'def test_top():\n    pass\n@pytest.mark.parametrize("a", [1])\ndef test_data(a):\n    pass\ndef helper():\n    pass\n';
    expect(titlesIn('test_a.py', text)).toEqual({
      titles: ['TestList', 'test_order', 'test_inner', 'test_top', 'test_data'],
      tests: ['test_top'],
    });
  });

  test('are not read in other languages', () => {
    expect(titlesIn('a_test.go', 'func TestA(t *testing.T) {}')).toEqual({ titles: [], tests: [] });
  });
});

describe('what is told of a test that failed', () => {
  const { titles } = titlesIn('a.test.ts', script);
  const told = (name: string, onBase: string[] = []) =>
    authoredTitle(`t/a.test.ts › ${name}`, 't/a.test.ts', titles, new Set(onBase));

  test('its title as the author wrote it, with the suite', () => {
    expect(told('a list › keeps its order')).toBe('a list › keeps its order');
    expect(told('a list › keeps its order (2)')).toBe('a list › keeps its order');
  });

  test('not the data it was made from', () => {
    expect(told('a list › adds 17 and 191')).toBe('a list › adds %i and %i');
    expect(told('a list › copes with 7000 entries')).toBe('a list › copes with %s entries');
    expect(authoredTitle('t.py › TestA.test_b[17-191]', 't.py', ['TestA', 'test_b'], new Set())).toBe(
      'TestA.test_b',
    );
  });

  test('nothing that the code under test could have made out of the file', () => {
    expect(told('assert.equal(mul(17, 191), 3247)')).toBeUndefined();
    expect(told('SECRET INPUT')).toBeUndefined();
  });

  test('a name the base has shown, where the file cannot be read', () => {
    expect(authoredTitle('a_test.go › TestA', 'a_test.go', [], new Set(['a_test.go › TestA']))).toBe('TestA');
  });

  test('a test counts as there under its number and with its suite', () => {
    expect(isAmong(['t/a.test.ts › a list › keeps its order'], 'keeps its order')).toBe(true);
    expect(isAmong(['t/a.test.ts › a list'], 'keeps its order')).toBe(false);
  });
});
