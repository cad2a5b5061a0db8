import { isProse } from './lines-of-sources.ts';
import type { Hit, Scanned, Scanner } from './scan.ts';

const coverage =
  /(?:istanbul|c8|v8|node:coverage)\s+(?:ignore|disable)|pragma:\s*no\s*cover|LCOV_EXCL|:nocov:|@codeCoverageIgnore/;
const whole =
  /@ts-nocheck|^\s*\/\*+\s*eslint-disable(?!-)|^\s*#\s*(?:type:\s*ignore|mypy:\s*ignore-errors|pylint:\s*(?:disable-all|skip-file)|flake8:\s*noqa|ruff:\s*noqa)\s*$|biome-ignore-all/;
const single =
  /@ts-(?:ignore|expect-error)|eslint-disable-(?:next-)?line|biome-ignore\b|#\s*noqa\b|#\s*type:\s*ignore|pylint:\s*disable|\/\/nolint|#\[allow\(|@SuppressWarnings/;
/** Fewer than this many in one file are everyday life. */
const many = 3;

/** Comments that keep tools from looking. */
export const pragmas: Scanner = {
  of: ['source', 'test'],
  look(file: Scanned): readonly Hit[] {
    if (isProse(file.path)) return [];
    const lines = file.lines.map((text, at) => ({ text: text.slice(0, 1_000), line: at + 1 }));
    const own = lines.filter(({ line }) => file.added(line));
    const singles = own.filter(({ text }) => single.test(text));
    return [
      ...own
        .filter(({ text }) => file.kind === 'source' && coverage.test(text))
        .map(
          ({ line }) =>
            ({ kind: 'hides-from-coverage', line, says: 'It is hidden from the coverage.' }) as const,
        ),
      ...own
        .filter(({ text }) => whole.test(text))
        .map(
          ({ line }) =>
            ({ kind: 'silences-checks', line, says: 'A check is switched off for the whole file.' }) as const,
        ),
      ...(singles.length < many
        ? []
        : [
            {
              kind: 'silences-checks',
              line: singles[0]?.line ?? 1,
              says: `Checks are switched off in ${singles.length} places of this file.`,
            } as const,
          ]),
    ];
  },
};
