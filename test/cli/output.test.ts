import { expect, test } from 'vitest';
import { outputMode, wantsColour } from '../../src/cli/output.ts';

test.each([
  ['auto', {}, true, 'tty'],
  [undefined, {}, true, 'tty'],
  ['auto', {}, false, 'plain'],
  ['auto', { CI: 'true' }, true, 'plain'],
  ['auto', { CI: 'false' }, true, 'tty'],
  ['auto', { TERM: 'dumb' }, true, 'plain'],
  ['tty', { CI: 'true' }, false, 'tty'],
  ['plain', {}, true, 'plain'],
  ['ndjson', {}, true, 'ndjson'],
  ['quiet', {}, true, 'quiet'],
] as const)('--output %s with %j, terminal %s: %s', (asked, env, terminal, mode) => {
  expect(outputMode(asked, env, terminal)).toBe(mode);
});

test('a mode that does not exist is told with the nearest one', () => {
  expect(() => outputMode('ndjsn', {}, true)).toThrow(
    '--output: "ndjsn" is not one of its modes. Did you mean ndjson?',
  );
});

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('colours with %j, terminal %s: %s', (env, terminal, wanted) => {
  expect(wantsColour(env, terminal)).toBe(wanted);
});
