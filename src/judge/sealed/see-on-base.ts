import { readKept, writeKept } from '../base-cache.ts';
import { definitionHash } from '../definition.ts';
import type { Broken } from '../judge.ts';
import { fileName } from '../protected.ts';
import { isTrouble } from '../view.ts';
import type { Sealed } from './find.ts';
import { asBroken, filesIn, type Lookout, layOver } from './lookout.ts';
import { type OnBase, onBase } from './on-base.ts';

/** What sealed files come to before anyone worked on their feature, and how that was seen. */
export interface Before extends OnBase {
  /** Other test files can be left out, and the sealed ones are still run. */
  readonly narrow: boolean;
}

/**
 * Runs sealed files on the base, once: it is kept by their tree and the definition of the judge. First without the other
 * test files; where no sealed file shows in that (commands that name files), with all of them.
 */
export async function seeOnBase(lookout: Lookout, sealed: Sealed): Promise<Before | Broken> {
  const { deps, base, kind } = lookout;
  // Fixtures and helpers run nothing; a file that is no test by its name may be one all the same, and then reports.
  const names = sealed.files.map(({ entry }) => fileName(entry.path));
  const tests = sealed.files
    .filter(({ entry }) => kind(entry.path) === 'test')
    .map(({ entry }) => fileName(entry.path));
  const others = filesIn(base.checks);
  for (const narrow of others.size > 0 ? [true, false] : [false]) {
    const key = `${definitionHash(base.definition, deps)} sealed ${narrow ? 'narrow' : 'whole'}`;
    let suite = (await readKept(deps.cacheDir, sealed.tree, key))?.runs[0];
    if (suite === undefined) {
      const tree = await layOver(lookout, base.tree, sealed, narrow ? others : new Set());
      const run = await lookout.run(`sealed-base${narrow ? '' : '-whole'}`, tree);
      if (isTrouble(run)) return asBroken(run);
      suite = run;
      const kept = { ...run, tree: sealed.tree };
      await writeKept(deps.cacheDir, sealed.tree, key, { runs: [kept], landed: false, flaky: {} });
    }
    const reported = filesIn(suite.checks);
    const wanted = [...new Set([...tests, ...names.filter((name) => reported.has(name))])];
    if (!narrow || wanted.some((name) => reported.has(name))) {
      return { ...onBase(base, suite, wanted), narrow };
    }
  }
  return { checks: [], files: [], narrow: false };
}
