import type { Feature } from '../../src/project/feature.ts';
import { feature } from '../helpers/feature.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

export { feature };

/** The files of a plan: what `agentloop init` would have committed. */
export function plan(features: readonly Feature[], config: object = {}): Record<string, string> {
  return {
    'feature-list.json': `${JSON.stringify({ version: 1, spec: 'a sum', features }, null, 2)}\n`,
    'init.sh': '#!/bin/sh\nexit 0\n',
    'AGENTS.md': '# sum\n',
    'agentloop.config.json': `${JSON.stringify({
      judge: { checks: [{ name: 'tests', command: 'node --test', report: 'node-test', timeout: '1m' }] },
      ...config,
    })}\n`,
  };
}

/** A small Node program with a green test; `red` adds one that waits for `sum`. */
export function smallRepo(options: {
  red: boolean;
  features?: readonly Feature[];
  config?: object;
}): Promise<TempRepo> {
  return tempRepo({
    'package.json': '{ "name": "small", "type": "module" }\n',
    '.gitignore': 'node_modules/\n',
    'src/product.js': 'export const product = (a, b) => a * b;\n',
    'test/product.test.js':
      "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { product } from '../src/product.js';\n\ntest('two times three', () => assert.equal(product(2, 3), 6));\n",
    ...(options.red ? { 'test/sum.test.js': sumTest } : {}),
    ...plan(options.features ?? [feature('F001', { title: 'Add two numbers' })], options.config),
  });
}

export const sumTest =
  "import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { sum } from '../src/sum.js';\n\ntest('two and three', () => assert.equal(sum(2, 3), 5));\n";

/** A shell command that does the work honestly. */
export const honest = "mkdir -p src && printf 'export const sum = (a, b) => a + b;\\n' > src/sum.js";
