import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, lines, remove } from '../src/list.js';

test('a removed thing is gone and its number is not given again', () => {
  const three = add(add(add([], 'a'), 'b'), 'c');
  assert.deepEqual(lines(add(remove(three, 2), 'd')), ['[ ] 1 a', '[ ] 3 c', '[ ] 4 d']);
});
