import { shown } from '../../workspace/trees.ts';
import { type RefusalCode, reason, refusals } from '../codes.ts';
import type { Layer } from '../layer.ts';

const mostProblems = 50;

/** What the snapshot could not take is not part of the candidate: nothing lands with holes in it. */
export const snapshot: Layer = {
  name: 'snapshot',
  holds: 'The workspace holds files, folders and links inside it, and nothing else.',
  look({ candidate: { problems } }) {
    return {
      reasons: problems.slice(0, mostProblems).map(({ kind, path, detail }) => {
        const code = `snapshot.${kind}` satisfies RefusalCode;
        return reason(code, { says: `${shown(path)}: ${refusals[code].means} ${detail}`.trim() });
      }),
    };
  },
};
