import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { Status } from '../seen.ts';
import type { Adapter, Question } from './adapter.ts';
import type { RawTest } from './identity.ts';

/** jest and vitest write the same JSON; both are asked on their command line by `templates/reporters/ask.cjs`. */

const Result = z.object({
  name: z.string(),
  status: z.string().optional(),
  assertionResults: z.array(
    z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
  ),
});
const JestReport = z.object({ startTime: z.number(), testResults: z.array(Result) });

const statuses: Readonly<Record<string, Status>> = {
  passed: 'pass',
  failed: 'fail',
  todo: 'todo',
  skipped: 'skip',
  pending: 'skip',
  disabled: 'skip',
};

/** How vitest is told to let test files share one context. */
const sharesFiles = /--no-isolate|--(poolOptions\S*\.)?isolate[= ]false/;

/** What makes `ask.cjs` put the question to a runner. */
export function askOnCommandLine(folder: string): Question {
  return { files: { 'ask.cjs': 'reporters/ask.cjs' }, nodeOptions: ['--require', `${folder}/ask.cjs`] };
}

function jestLike(name: 'jest' | 'vitest'): Adapter {
  return {
    name,
    ask: ({ folder }) => askOnCommandLine(folder),
    owns: (file) => new RegExp(`^${name}-\\d+\\.json$`).test(file),
    read(files, { text }) {
      const runs: { at: number; tests: readonly RawTest[] }[] = [];
      for (const file of files) {
        try {
          const { startTime, testResults } = JestReport.parse(JSON.parse(file.text));
          runs.push({ at: startTime, tests: testResults.flatMap(testsOf) });
        } catch (error) {
          return { broken: `${file.name}: ${messageOf(error).slice(0, 200)}` };
        }
      }
      runs.sort((a, b) => a.at - b.at);
      return {
        tests: runs.flatMap(({ tests }) => tests),
        isolated: name === 'jest' || !sharesFiles.test(text),
      };
    },
  };
}

function testsOf({ name, status, assertionResults }: z.infer<typeof Result>): readonly RawTest[] {
  const tests = assertionResults.map((one) => ({
    file: name,
    path: [...one.ancestorTitles, one.title],
    status: statuses[one.status] ?? 'fail',
  }));
  // A file that did not load, or broke outside its tests, is a failing test named by the file.
  const loadFailed = status === 'failed' && !tests.some((test) => test.status === 'fail');
  return loadFailed ? [...tests, { file: name, path: [], status: 'fail' }] : tests;
}

export const jest = jestLike('jest');
export const vitest = jestLike('vitest');
