import type { Rows } from './row.ts';

/** Refusals that lie in how checks and tests came out. */
export const checkCodes = {
  'check.failed': {
    means: 'A check fails.',
    todo: 'Run it in a clean checkout and make it pass. The judge uses the scripts, configuration and existing tests as they were before.',
  },
  'check.timeout': {
    means: 'A check did not end in its time.',
    todo: 'Find what hangs or became slow: the same check ended in time before your work.',
  },
  'check.report-broken': {
    means: 'A check gave no report of its tests that can be believed, though it did before.',
    todo: 'Nothing you add may end the process, replace the reporter or write its report. Let the runner finish by itself.',
  },
  'check.touched-files': {
    means: 'Files of the repository were written while a check ran, which does not happen on the base.',
    todo: 'Tests and the code they run write into temporary folders only. If a step of the check rewrites files (a formatter, a generator), run it yourself and leave what it writes.',
  },
  'check.prepare-failed': {
    means: 'init.sh does not get through with your changes, though it did before.',
    todo: 'Look at what it printed; most often package.json and the lock file do not fit together.',
  },
  'tests.vanished': {
    means: 'Tests that the base has are gone, or their files do not load any more.',
    todo: 'Let their files load, and bring them back under the same names in the same files. A test that was renamed or moved counts as gone: a new name is not a pass.',
  },
  'tests.failing': {
    means: 'Tests that passed before fail now.',
    todo: 'Mend the code, not the tests: the judge uses the existing tests as they were before.',
  },
  'tests.skipped': {
    means: 'Tests that passed before are skipped or marked as todo now.',
    todo: 'Let them run and pass. A skipped test is not a pass.',
  },
  'tests.new-failing': {
    means: 'Tests that your work adds fail.',
    todo: 'Make them pass, or take out those that do not belong to the feature.',
  },
  'tests.weakened': {
    means: 'Tests that failed before pass only with your version of their file.',
    todo: 'Put the existing tests back as they were and make the code pass them; put new tests beside them.',
  },
  'tests.blunted': {
    means: 'Old tests do not notice damaged code any more, because of what the work added around them.',
    todo: 'Mocks, hooks, fixtures, replaced functions or new configuration reach them: take that out, or put it with your new tests into files of their own.',
  },
} as const satisfies Rows;
