import { type BaseCheck, type BaseSeen, newlyFailing, pairs } from '../base-seen.ts';
import { type CheckSeen, exitedGreen, isGreen, type Status, type SuiteSeen } from '../seen.ts';

/**
 * What sealed files come to before anyone has worked on their feature.
 * `red`: it loads, and a test of it fails. `green`: it loads, and nothing of it fails, so that it shows nothing new.
 * `unloaded`: it does not load yet, most often because it imports what the feature is to bring.
 * `empty`: it is run and holds no test; some runners run every helper in the folder of the tests.
 * `unseen`: no check runs it.
 */
export interface OnBase {
  /** Names of the checks that run sealed files. */
  readonly checks: readonly string[];
  readonly files: readonly FileOnBase[];
}
export interface FileOnBase {
  readonly file: string;
  readonly is: 'red' | 'green' | 'unloaded' | 'empty' | 'unseen';
  /** Its tests by identity, where it loads. */
  readonly tests: ReadonlyMap<string, Status>;
}

/**
 * Reads a run of the base with sealed files laid over it. Only checks that tell their tests count where one of them
 * runs a sealed file: a linter that dislikes its style says nothing about the feature.
 */
export function onBase(base: BaseSeen, suite: SuiteSeen, files: readonly string[]): OnBase {
  const all = pairs(base, suite);
  const named = all.filter(({ was, is }) => reports(is, files) || (was.tests !== null && isRedder(was, is)));
  const silent = all.filter(({ was, is }) => was.tests === null && is.tests === null && !isGreen(is));
  const seeing = named.length > 0 ? named : silent;
  const anyRedder = seeing.some(({ was, is }) => is.tests === null || isRedder(was, is));
  return {
    checks: seeing.map(({ is }) => is.name),
    files: files.map((file) =>
      fileOnBase(
        file,
        seeing.map(({ is }) => is),
        anyRedder,
      ),
    ),
  };
}

function fileOnBase(file: string, checks: readonly CheckSeen[], anyRedder: boolean): FileOnBase {
  const own = checks.flatMap(({ tests }) => tests ?? []).filter((test) => test.file === file);
  const tests = new Map(own.filter(({ id }) => id !== file).map(({ id, status }) => [id, status]));
  if (own.length === 0) return { file, is: anyRedder ? 'unloaded' : 'unseen', tests };
  if (own.every(({ status }) => status !== 'fail'))
    return { file, is: tests.size > 0 ? 'green' : 'empty', tests };
  return { file, is: tests.size === 0 ? 'unloaded' : 'red', tests };
}

function reports({ tests }: CheckSeen, files: readonly string[]): boolean {
  return (tests ?? []).some(({ file }) => files.includes(file));
}

/** Red in a way that it was not before, so that a file may be behind it which no report names. */
function isRedder(was: BaseCheck, is: CheckSeen): boolean {
  if (newlyFailing(was, is).length > 0 || is.report === 'broken') return true;
  return !exitedGreen(is) && (was.exitGreen || (is.tests === null && was.tests !== null));
}
