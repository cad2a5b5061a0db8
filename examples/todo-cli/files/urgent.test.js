import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, lines } from '../src/list.js';

test('an urgent thing comes first and carries a !', () => {
  assert.deepEqual(lines(add(add([], 'milk'), 'call mum', true)), ['[ ] 2 ! call mum', '[ ] 1 milk']);
});

test('two urgent things keep their order', () => {
  assert.deepEqual(lines(add(add([], 'a', true), 'b', true)), ['[ ] 1 ! a', '[ ] 2 ! b']);
});
