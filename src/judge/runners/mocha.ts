import * as z from 'zod';
import { messageOf } from '../../errors.ts';
import type { Adapter } from './adapter.ts';
import type { RawTest } from './identity.ts';
import { askOnCommandLine } from './jest-json.ts';

const MochaReport = z.object({
  at: z.number(),
  tests: z.array(
    z.object({
      file: z.string().optional(),
      path: z.array(z.string()),
      status: z.enum(['pass', 'fail', 'skip']),
    }),
  ),
});

/** mocha, through a reporter of ours that shows what `spec` shows. Its test files share one process. */
export const mocha: Adapter = {
  name: 'mocha',
  ask({ folder }) {
    const question = askOnCommandLine(folder);
    return { ...question, files: { ...question.files, 'mocha.cjs': 'reporters/mocha.cjs' } };
  },
  owns: (name) => /^mocha-\d+\.json$/.test(name),
  read(files) {
    const runs: { at: number; tests: readonly RawTest[] }[] = [];
    for (const file of files) {
      try {
        const { at, tests } = MochaReport.parse(JSON.parse(file.text));
        runs.push({ at, tests: tests.map((test) => ({ ...test, file: test.file ?? '' })) });
      } catch (error) {
        return { broken: `${file.name}: ${messageOf(error).slice(0, 200)}` };
      }
    }
    runs.sort((a, b) => a.at - b.at);
    return { tests: runs.flatMap(({ tests }) => tests), isolated: false };
  },
};
