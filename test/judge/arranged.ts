import { Config } from '../../src/config.ts';
import { type Arrangement, arrange } from '../../src/judge/arrange.ts';
import { combine } from '../../src/judge/base-seen.ts';
import { rules } from '../../src/judge/layers/rules.ts';
import { rulesOf } from '../../src/judge/standing/rules-of-base.ts';
import type { Trees } from '../../src/workspace/trees.ts';
import { type Files, type World, world } from './world.ts';

/** What becomes of changes to a base, without any run. `checks` ran no test that is known. */
export interface Arranged {
  readonly trees: Arrangement;
  /** `code path`, one for each thing that is asked for. */
  readonly asked: readonly string[];
  /** The text of a file in one of the trees. */
  text(tree: 'judged' | 'proving' | 'red', path: string): Promise<string | undefined>;
  readonly vault: Trees;
}

/** Opens a world on these files for as long as the test file runs. `passing`: test files that have a test that passes. */
export async function arranger(
  files: Files,
  passing: readonly string[] = [],
): Promise<{
  readonly w: World;
  arranged(changes: Files, allow?: readonly string[]): Promise<Arranged>;
}> {
  const w = await world(files, undefined, 'none');
  const vault = w.repo.trees;
  const baseTree = await vault.treeOf(w.base);
  return {
    w,
    async arranged(changes, allow = []) {
      const { judge, prepare } = Config.parse({ judge: { checks: [{ name: 'unit', command: 'npm test' }] } });
      const check = {
        name: 'unit',
        exit: 0,
        timedOut: false,
        ms: 1,
        report: 'read',
        tests: passing.map((file) => ({ id: `${file} › works`, file, status: 'pass' as const, ms: 1 })),
        isolated: true,
      } as const;
      const definition = { ...judge, allow, prepare };
      const base = combine(definition, [{ tree: baseTree, checks: [{ ...check, output: '' }] }]);
      const candidate = await w.tree(changes);
      const changed = await vault.changes(baseTree, candidate);
      const of = await rulesOf(vault, base, baseTree, changed);
      const place = rules.place?.(base);
      if (place === undefined) throw new Error('the layer of rules places files');
      const trees = await arrange(
        vault,
        { base: baseTree, candidate, changes: changed, rules: of, allow },
        place,
      );
      return {
        trees,
        asked: trees.asked.map(({ code, path }) => `${code} ${path}`).sort(),
        text: async (tree, path) => (await vault.read(trees[tree], path))?.toString('utf8'),
        vault,
      };
    },
  };
}
