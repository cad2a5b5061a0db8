import { kindOf } from '../../../src/judge/protected.ts';
import { seeSuspicions } from '../../../src/judge/suspicions/see-suspicions.ts';
import type { Seen, View } from '../../../src/judge/view.ts';
import type { Suspicion } from '../../../src/ledger/event.ts';
import type { Files, World } from '../world.ts';

const kind = kindOf({ protect: [], testFiles: new Set(), commands: '' });

/** What the scan finds when these files are changed, on a base that has those. */
export async function scan(w: World, changes: Files, base: Files = {}): Promise<readonly Suspicion[]> {
  const { trees } = w.repo;
  const baseTree = await w.tree(base);
  const tree = await w.tree(changes, baseTree);
  const view = {
    deps: { trees },
    candidate: { baseTree, tree },
    changes: await trees.changes(baseTree, tree),
    kind,
  };
  const look = await seeSuspicions(view as unknown as View, {} as Seen);
  return ('suspicions' in look ? look.suspicions : undefined) ?? [];
}

/** The kinds, each once, in the order of the lines. */
export async function kindsIn(w: World, changes: Files, base: Files = {}): Promise<readonly string[]> {
  return [...new Set((await scan(w, changes, base)).map((one) => one.kind))].sort();
}
