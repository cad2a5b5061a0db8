import { ciFiles } from '../../judge/protected.ts';
import type { FileChange } from '../../workspace/commit-changes.ts';
import type { Gathered } from './gathered.ts';
import { asBytes, kindByName } from './kind-by-name.ts';
import type { Accepted, Touched, TouchedFile, TouchedTest } from './packet.ts';

/** What accepted work changed that a reviewer must see: old tests, dependencies, CI, configuration. */
export function touchedBy(accepted: readonly Accepted[], { commits, evidence }: Gathered): Touched {
  const tests: TouchedTest[] = [];
  const outside: TouchedFile[] = [];
  for (const { feature, commit, seq } of accepted) {
    for (const change of commits.get(commit) ?? []) {
      const { path, from, what, added, removed } = change;
      const where = { feature, commit, seq };
      const own = kindByName(from ?? path);
      if (own === 'test' || own === 'helper') {
        if (what === 'added') continue;
        const to = from === undefined ? null : path;
        tests.push({ ...where, path: from ?? path, what: wordFor(change), to, added, removed });
      } else if (own === 'manifest' || own === 'lock' || own === 'config') {
        const isCi = ciFiles.test(asBytes(path));
        outside.push({
          ...where,
          path,
          kind: own === 'lock' ? 'lock file' : own === 'manifest' ? own : isCi ? 'CI' : 'configuration',
          what,
          added,
          removed,
        });
      }
    }
  }
  const gone = accepted.flatMap(({ feature, evidence: hash }) => {
    const names = (hash === null ? undefined : evidence.get(hash))?.gone ?? [];
    return names.length === 0 ? [] : [{ feature, tests: names }];
  });
  return {
    known: accepted.every(({ commit }) => commits.has(commit)),
    commits: accepted.length,
    tests,
    outside,
    gone,
  };
}

function wordFor({ what, removed }: FileChange): TouchedTest['what'] {
  if (what === 'removed' || what === 'moved') return what;
  return removed === 0 ? 'only added to' : 'changed';
}
