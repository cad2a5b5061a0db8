import type { Rows } from './row.ts';

/** Refusals that lie in sealed tests. */
export const sealedCodes = {
  'sealed.failing': {
    means: 'Tests that you cannot see, written from the specification alone, do not hold.',
    todo: 'Read the feature again, sentence by sentence, and make that behaviour true for every input that it speaks of. If your work does what the feature says, claim needs-human and say why.',
  },
} as const satisfies Rows;
