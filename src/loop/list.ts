import { UserError } from '../errors.ts';
import type { FeatureList } from '../project/feature.ts';
import { files } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import { textOf } from '../project/json-text.ts';
import type { Commit, Trees } from '../workspace/trees.ts';

/** The feature list of a commit, as text and as data. */
export interface ListAt {
  readonly text: string;
  readonly list: FeatureList;
}

/** Reads the feature list of a commit; remembers the last one, since the tip is asked for again and again. */
export type ListReader = (commit: Commit) => Promise<ListAt>;

/** A reader on the vault's trees. UserError when a commit has no feature list, or a broken one. */
export function listReader(trees: Trees): ListReader {
  let last: { commit: Commit; at: ListAt } | undefined;
  return async (commit) => {
    if (last?.commit === commit) return last.at;
    const blob = await trees.read(await trees.treeOf(commit), files.featureList);
    if (!blob) {
      throw new UserError(
        `There is no ${files.featureList} in commit ${commit.slice(0, 12)}.`,
        'agentloop init "what you want built"   (or commit your own list first)',
        'cannot-start',
      );
    }
    const where = `${files.featureList} of ${commit.slice(0, 12)}`;
    const text = textOf(blob, where);
    const at = { text, list: parseFeatureList(text, where) };
    last = { commit, at };
    return at;
  };
}

/** UserError when a feature is to be proven by a command that its list does not name: no session could ever prove it. */
export function refuseUnprovable({ list }: ListAt): void {
  const without = list.features.filter(
    ({ proof, verify, passes }) => proof === 'command' && !verify && !passes,
  );
  if (without.length === 0) return;
  const names = without.map(({ id }) => id).join(', ');
  throw new UserError(
    `${files.featureList}: ${names} ${without.length === 1 ? 'says' : 'say'} "proof": "command" and ${without.length === 1 ? 'names' : 'name'} no command.`,
    'Add "verify": "<command that fails now and passes then>", or set "proof": "tests"; commit it, then again.',
  );
}
