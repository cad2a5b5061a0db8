import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Many real runners, many damaged trees, two machines: minutes of it. `npm run long`. */
const long = [
  'test/judge/{teeth,data-beside-code,focus,poison,probe-python,blunted,neutral}.test.ts',
  'test/judge/{probe/plants,sealed/runners}.test.ts',
  'test/judge/runners/{real-runners,node-runners,compiled,forged-reports,pytest}.test.ts',
  'test/e2e/{machines,bundle,workflows,night,stops,sealed,evaluator,fallback,roles,full-disk,left-overs,examples-python,address,requests,repositories,mcp-session}.test.ts',
  'test/brain/agents/over-acp-conformance.test.ts',
];

/** GitHub's parser of workflows imports JSON as Node does not take it, and names source maps that it does not bring along. */
const workflowParser = {
  name: 'workflow-parser',
  load(id: string) {
    if (!/@actions\/workflow-parser\/.*\.js$/.test(id)) return undefined;
    return readFileSync(id, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  },
};

export default defineConfig({
  test: {
    // On two cores: most of the time a test waits for processes and clocks, so a third worker finds something to do.
    maxWorkers: 3,
    projects: [
      {
        plugins: [workflowParser],
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/fixtures/**', '**/node_modules/**', ...long],
          testTimeout: 30_000,
          setupFiles: ['test/helpers/setup.ts'],
          server: { deps: { inline: [/@actions\/workflow-parser/] } },
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
          exclude: long,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          setupFiles: ['test/helpers/setup.ts'],
        },
      },
    ],
  },
});
