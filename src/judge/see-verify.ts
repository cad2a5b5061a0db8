import { scriptsText } from '../project/scripts-text.ts';
import { type Change, shown, type Tree, type Trees } from '../workspace/trees.ts';
import { fileName } from './protected.ts';
import { filesReadInto, isReadInto, powerOver } from './read-into-shell.ts';

const mostFiles = 20;

/**
 * Says what of the work could decide in the place of the verify command, because the command reads it into its shell: the
 * first such line. Scripts of the tree that the command starts are followed. Undefined: there is none.
 */
export async function whoDecidesInstead(
  trees: Trees,
  tree: Tree,
  command: string,
  changes: readonly Change[],
): Promise<string | undefined> {
  const text = async (path: string) => (await trees.read(tree, path))?.toString('utf8');
  let all = scriptsText(command, await text('package.json'));
  const seen = new Set<string>();
  for (;;) {
    const words = all.split(/[\s;&|()'"`<>=]+/).map((word) => word.replace(/^(\.\/)+/, ''));
    const scripts = words.filter((word) => /\.(sh|bash)$/.test(word));
    const next = [...filesReadInto(all), ...scripts].find((name) => !seen.has(name));
    if (next === undefined || seen.size >= mostFiles) break;
    seen.add(next);
    const path = changes.find(({ path: one }) => isReadInto(`. ${next}`, fileName(one)))?.path ?? next;
    all += `\n${(await text(path)) ?? ''}`;
  }
  for (const { path, old, new: now } of changes) {
    if (now === null || !isReadInto(all, fileName(path))) continue;
    const blobs = await trees.blobs([now.oid, ...(old === null ? [] : [old.oid])]);
    const version = (entry: { readonly oid: string } | null) =>
      entry === null ? '' : (blobs.get(entry.oid)?.toString('utf8') ?? '');
    const power = powerOver(version(now), version(old));
    if (power !== undefined)
      return `${shown(path)}:${power.line} ${power.does}, and the command reads it into its shell.`;
  }
  return undefined;
}
