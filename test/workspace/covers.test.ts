import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { coversOf, isBelow } from '../../src/workspace/covers.ts';

/** What one sees at `path` after all covers were put up, in order. */
function seen(path: string, hide: string[], give: string[]): boolean {
  return coversOf(hide, give).reduce(
    (shown, cover) => (isBelow(path, cover.path) ? cover.kind === 'give' : shown),
    true,
  );
}

test('the deepest rule decides about a path, and a path named in both is given', () => {
  const hide = ['/home/me', '/home/me/tools/secret', '/srv/repo'];
  const give = ['/home/me/tools', '/srv/repo'];
  expect(seen('/etc/passwd', hide, give)).toBe(true);
  expect(seen('/home/me/.ssh', hide, give)).toBe(false);
  expect(seen('/home/me/tools/bin', hide, give)).toBe(true);
  expect(seen('/home/me/tools/secret/key', hide, give)).toBe(false);
  expect(seen('/srv/repo/file', hide, give)).toBe(true);
  expect(seen('/home/me-too', hide, give)).toBe(true);
});

test('what changes nothing is not put up, and parents come first', () => {
  expect(coversOf(['/b/c', '/a', '/a/x', '/a-b'], ['/z', '/a/t', '/a/t/u'])).toEqual([
    { path: '/a', kind: 'hide' },
    { path: '/a-b', kind: 'hide' },
    { path: '/a/t', kind: 'give' },
    { path: '/b/c', kind: 'hide' },
  ]);
});

test('for any folders, putting up the covers in order shows what the deepest rule says', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'a-', 'ab'), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(
      fc.array(path, { maxLength: 5 }),
      fc.array(path, { maxLength: 5 }),
      path,
      (hide, give, at) => {
        const rules = [
          ...hide.map((one) => ({ one, shown: false })),
          ...give.map((one) => ({ one, shown: true })),
        ];
        const deepest = rules
          .filter(({ one }) => isBelow(at, one))
          .sort((x, y) => x.one.length - y.one.length || Number(x.shown) - Number(y.shown))
          .at(-1);
        expect(seen(at, hide, give)).toBe(deepest?.shown ?? true);
      },
    ),
  );
});
