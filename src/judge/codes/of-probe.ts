import type { Rows } from './row.ts';

/** Refusals by a run in which tests were planted that must fail. */
export const probeCodes = {
  'check.cannot-fail': {
    means: 'A test that must fail was not reported as failing, so its neighbours show nothing by passing.',
    todo: 'Find what swallows failures: replaced assertions, hooks that change results, code that ends the process or writes its report. Take it out.',
  },
  'work.patches-globals': {
    means: 'The work replaces functions of the language, the runtime or the test runner for everybody.',
    todo: 'Leave them as they are: wrap them in a function of your own, or pass in what has to differ. A test that fakes one puts it back.',
  },
  'work.shadows-library': {
    means: 'A new module is loaded in the place of one of the standard library.',
    todo: 'Give it a name that no library has, or put it into a package.',
  },
} as const satisfies Rows;
