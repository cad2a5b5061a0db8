import { expect, test } from 'vitest';
import { neverZero } from '../../src/cli/io.ts';

test('a terminal that says 0 columns has an unknown width, now and after it was resized', () => {
  const stream: { columns?: number } = { columns: 0 };
  neverZero(stream);
  expect(stream.columns).toBeUndefined();
  stream.columns = 80;
  expect(stream.columns).toBe(80);
  stream.columns = 0;
  expect(stream.columns).toBeUndefined();
});
