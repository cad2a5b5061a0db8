import { matches, parseGlob } from '../../hands/glob-match.ts';
import type { BaseCheck, BaseSeen } from '../base-seen.ts';
import { fileName } from '../protected.ts';

/** Whether a path is one that a person allowed work on. */
export function allowedBy(globs: readonly string[]): (path: string) => boolean {
  const parsed = globs.map(parseGlob).filter((glob) => typeof glob !== 'string');
  return (path) => parsed.some((glob) => matches(glob, fileName(path)));
}

/** The same tests under the names that they have after their files were moved, by file. */
export function withMoved(base: BaseSeen, moved: ReadonlyMap<string, string>): BaseSeen {
  if (moved.size === 0) return base;
  return { ...base, checks: base.checks.map((check) => movedIn(check, moved)) };
}

function movedIn(check: BaseCheck, moved: ReadonlyMap<string, string>): BaseCheck {
  const tests = [...(check.tests ?? [])].map(([id, test]) => {
    const file = moved.get(test.file);
    return file === undefined ? ([id, test] as const) : ([movedName(id, moved), { ...test, file }] as const);
  });
  return check.tests === null ? check : { ...check, tests: new Map(tests) };
}

/** The identity of a test after its file was moved. */
export function movedName(id: string, moved: ReadonlyMap<string, string>): string {
  const [file = ''] = id.split(' › ');
  const now = moved.get(file);
  return now === undefined ? id : `${now}${id.slice(file.length)}`;
}
