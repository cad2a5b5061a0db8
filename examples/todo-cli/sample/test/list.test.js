import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, done, lines } from '../src/list.js';

test('a thing is added at the end', () => {
  assert.deepEqual(lines(add(add([], 'milk'), 'bread')), ['[ ] 1 milk', '[ ] 2 bread']);
});

test('a thing without a name is refused', () => {
  assert.throws(() => add([], '  '), /needs a name/);
});

test('a thing is done', () => {
  assert.deepEqual(lines(done(add([], 'milk'), 1)), ['[x] 1 milk']);
});

test('a number that is not there is refused', () => {
  assert.throws(() => done([], 7), /no number 7/);
});
