import { defineConfig } from 'vitest/config';

/** Many real runners, many damaged trees: minutes of it. `npm run long`. */
const long = [
  'test/judge/{teeth,focus,poison,probe-python,blunted,neutral}.test.ts',
  'test/judge/{probe/plants,sealed/runners}.test.ts',
  'test/judge/runners/{real-runners,node-runners,compiled,forged-reports,pytest}.test.ts',
];

export default defineConfig({
  test: {
    // Two cores: more workers than that only make the real processes of the tests wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/fixtures/**', '**/node_modules/**', ...long],
          testTimeout: 30_000,
          setupFiles: ['test/helpers/setup.ts'],
        },
      },
      {
        test: {
          name: 'long',
          include: long,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          setupFiles: ['test/helpers/setup.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          setupFiles: ['test/helpers/setup.ts'],
        },
      },
    ],
  },
});
