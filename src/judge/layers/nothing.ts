import { reason } from '../codes.ts';
import type { Layer } from '../layer.ts';

/** A claim over an unchanged tree needs no run to be refused. */
export const nothing: Layer = {
  name: 'nothing',
  holds: 'Something was changed besides the files of the harness.',
  look({ candidate, changes }) {
    if (changes.length > 0 || candidate.mayBeEmpty) return { reasons: [] };
    if (candidate.feature.proof === 'none') return { reasons: [reason('work.missing')] };
    const dropped =
      candidate.dropped.length === 0
        ? ''
        : ` (Changes to ${candidate.dropped.join(', ')} were left out: these files belong to the harness.)`;
    return {
      reasons: [
        reason('proof.missing', { says: `No file was changed, so nothing can have turned green.${dropped}` }),
      ],
    };
  },
};
