import type { Rows } from './row.ts';

/** Refusals of work that turns on its judge instead of the feature, and those of the evaluator. */
export const trustCodes = {
  'work.patches-tests': {
    means:
      'The work changes the machinery that tests it: an assertion library, a test runner, the module loader or a builtin.',
    todo: 'Take that out. Sources leave the test machinery alone; what a test needs stands in the test.',
  },
  'work.sniffs-tests': {
    means: 'The work looks whether a test runner has started it.',
    todo: 'Take that out: code does the same for a test as for a user. Where a test needs something else, hand it in as a parameter.',
  },
  'work.reads-tests': {
    means: 'The sources open a test file.',
    todo: 'Take that out. What sources and tests share goes into a module of the sources that both import.',
  },
  'work.kills-tests': {
    means: 'The sources end or signal the process that started them.',
    todo: 'Take that out. A program ends itself, and tells the one above it by its exit code.',
  },
  'work.equals-anything': {
    means: 'A value of the sources is made to be equal to whatever it is compared with.',
    todo: 'Compare what is really there, and return plain values.',
  },
  'work.suspicious': {
    means: 'The work holds what most often hides that it does not do what it says.',
    todo: 'Write it without that. If it is needed, claim needs-human and say why.',
  },
  'evaluator.objects': {
    means: 'The evaluator, who sees your work with fresh eyes, objects to it.',
    todo: 'Look at what it names and mend it. If it is wrong, claim needs-human and say why.',
  },
} as const satisfies Rows;
