import type { Rows } from './row.ts';

/** Refusals for want of a proof. */
export const proofCodes = {
  'proof.missing': {
    means: 'Nothing that was red before is green now, so nothing shows that the feature is there.',
    todo: 'Add a test that fails without your work and passes with it, and make it part of what the checks run.',
  },
  'proof.already-green': {
    means: 'The new tests already pass without your work, so they do not show that the feature is there.',
    todo: 'Write a test that fails on the sources as they were before and passes with yours.',
  },
  'proof.unsteady': {
    means: 'New tests came out differently on the same files, so that they pass or fail by chance.',
    todo: 'Take chance out of them: no random values, no clock, no dependence on order or on other tests.',
  },
  'proof.toothless': {
    means: 'What is to prove the feature passes whatever the code does.',
    todo: 'Let the tests call what you wrote and compare what it gives back or does with what the feature asks for.',
  },
  'proof.unfinished': {
    means: 'Part of the feature is there: tests that ask for the same are still red.',
    todo: 'Make them pass too. If they belong to something else, or cannot pass, claim needs-human and say which and why.',
  },
  'proof.verify-red': {
    means: 'The verify command of the feature fails.',
    todo: 'Run it and make it pass. The judge runs it with the scripts, configuration and existing tests as they were before.',
  },
  'proof.verify-cut-short': {
    means: 'A file of the work decides how the verify command of the feature ends, and not the command.',
    todo: 'Let what the command reads into its shell only set variables and define functions of its own: no exit with 0, no trap that exits, no other meaning for commands. In a function, use return.',
  },
  'proof.verify-green-before': {
    means:
      'The verify command of the feature passes without your work too, so it does not show that the feature is there.',
    todo: 'Add a test that fails without your work and passes with it. If the command cannot tell the difference, claim needs-human and say so.',
  },
} as const satisfies Rows;
