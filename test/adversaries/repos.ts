import { go } from './repos/go.ts';
import { jest } from './repos/jest.ts';
import { mocha } from './repos/mocha.ts';
import { nodeTest } from './repos/node-test.ts';
import { pytest } from './repos/pytest.ts';
import type { SampleRepo } from './repos/repo.ts';
import { vitest } from './repos/vitest.ts';
import type { RepoName } from './scene.ts';

/** The small repositories that the scenes play in, by name. */
export const repos: Readonly<Record<RepoName, SampleRepo>> = {
  'node-test': nodeTest,
  vitest,
  jest,
  mocha,
  pytest,
  go,
};
