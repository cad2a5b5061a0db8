import { describe, expect, test } from 'vitest';
import { usesIn } from '../../../src/judge/left-red/uses.ts';

/** What the test of this title uses, or undefined when it is not among those that use something. */
const of = (file: string, text: string, title: string) => {
  const found = usesIn(file, text).find(({ is }) => is(title));
  return found && [...found.uses].sort();
};

describe('what a test asks of the sources', () => {
  const script = `
    import assert from 'node:assert';
    import { describe, it, test } from 'node:test';
    import { toRoman, fromRoman as read } from '../src/roman.js';
    import * as calc from '../src/calc.js';
    import Stack from '../src/stack.js';
    const { parse } = require('../lib/parse');
    const check = (n, numeral) => assert.equal(toRoman(n), numeral);
    describe('numerals', () => {
      let stack;
      beforeEach(() => { stack = new Stack(); });
      test('direct', () => assert.equal(toRoman(1), 'I'));
      test('by a helper', async () => check(4, 'IV'));
      it.each([[1, 'I']])('reads %s as $name', (n, text) => assert.equal(read(text), n));
      it('of a module', () => assert.deepEqual([calc.add(1, 2), calc.mul(1, 2)], [3, 2]));
      it('of what was made before', () => { stack.push(1); assert.equal(stack.peek(), 1); });
      it('required', () => { const list = parse('a'); assert.ok(list.includes('a')); });
      it('of nothing', () => assert.equal([1, 2].map(String).length, 2));
    });`;
  test.each([
    ['direct', ['../src/roman.js:toRoman']],
    ['by a helper', ['../src/roman.js:toRoman']],
    ['reads 14 as XIV', ['../src/roman.js:fromRoman']],
    ['of a module', ['../src/calc.js:add', '../src/calc.js:mul']],
    ['of what was made before', ['../src/stack.js:default', 'method peek', 'method push']],
    ['required', ['../lib/parse:parse', 'method includes']],
    ['of nothing', undefined],
    ['not there', undefined],
  ])('in a script: %s', (title, uses) => expect(of('test/a.test.js', script, title)).toEqual(uses));

  const python = `
import pytest
from whole import calc
from whole.roman import to_roman, from_roman as read

@pytest.fixture
def numeral():
    return to_roman(4)

class TestNumerals:
    @pytest.mark.parametrize("n, text", [(1, "I")])
    def test_direct(self, n, text):
        assert to_roman(n) == text

    def test_fixture(self, numeral):
        assert numeral == "IV"

def test_read():
    assert read("I") == 1

def test_module():
    assert calc.mul(2, 3) == 6

def test_nothing():
    assert True
`;
  test.each([
    ['test_direct[4-IV]', ['whole.roman:to_roman']],
    ['test_fixture', ['whole.roman:to_roman']],
    ['test_read', ['whole.roman:from_roman']],
    ['test_module', ['whole:calc']],
    ['test_nothing', undefined],
  ])('in Python: %s', (title, uses) => expect(of('tests/test_a.py', python, title)).toEqual(uses));

  test('in a language that is not read: nothing', () => {
    expect(usesIn('a_test.go', 'package a\nfunc TestA(t *testing.T) {}\n')).toEqual([]);
  });
});
