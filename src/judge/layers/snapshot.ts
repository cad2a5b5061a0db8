import { shown } from '../../workspace/trees.ts';
import { type RefusalCode, reason, refusals } from '../codes.ts';
import type { Layer } from '../layer.ts';
import { allowedBy } from '../standing/moved.ts';

const mostProblems = 50;
const mostSecrets = 20;

/**
 * What the snapshot could not take is not part of the candidate: nothing lands with holes in it. And what a history has
 * once held cannot be taken back: nothing lands with a secret in it.
 */
export const snapshot: Layer = {
  name: 'snapshot',
  holds:
    'The workspace holds files, folders and links inside it, and nothing else; and no secret is in what it adds.',
  look({ candidate: { problems }, changes, seen: { secrets, base } }) {
    if (problems.length > 0) {
      return {
        reasons: problems.slice(0, mostProblems).map(({ kind, path, detail }) => {
          const code = `snapshot.${kind}` satisfies RefusalCode;
          return reason(code, { says: `${shown(path)}: ${refusals[code].means} ${detail}`.trim() });
        }),
      };
    }
    if (!changes.some((change) => change.new !== null)) return { reasons: [] };
    if (secrets === undefined) return { ask: 'secrets' };
    if (secrets.length === 0) return { reasons: [] };
    // Only now: what a person allows stands in the configuration of the base.
    if (base === undefined) return { ask: 'base' };
    const allows = allowedBy(base.definition.allow);
    const left = secrets.filter(({ path }) => !allows(path));
    return {
      reasons: left
        .slice(0, mostSecrets)
        .map(({ where, what }) =>
          reason('snapshot.secret', { says: `A secret stands in ${where}: ${what}.` }),
        ),
    };
  },
};
