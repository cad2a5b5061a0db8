import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, lines, remove } from '../src/list.js';

test('a removed thing is gone', () => {
  assert.deepEqual(lines(remove(add(add([], 'a'), 'b'), 1)), ['[ ] 2 b']);
});
