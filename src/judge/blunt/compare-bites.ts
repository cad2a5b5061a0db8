import { byId, type CheckSeen, type SuiteSeen } from '../seen.ts';

/** An old test: its identity and the file it is in. */
export interface OldTest {
  readonly id: string;
  readonly file: string;
}

/** Those that fail there. A test that was not reported did not notice anything: its file may not have loaded. */
export function failIn(suite: SuiteSeen, tests: readonly OldTest[]): readonly OldTest[] {
  return tests.filter((test) => suite.checks.some((check) => fails(check, test)));
}

/** Some of them were not reported at all: a file did not load, or was not there to be run. */
export function someAreMissing(suite: SuiteSeen, tests: readonly OldTest[]): boolean {
  const ids = new Set(suite.checks.flatMap((check) => (check.tests ?? []).map(({ id }) => id)));
  return tests.some(({ id }) => !ids.has(id));
}

/** Not one of them was reported, nor any of their files. */
export function noneIsThere(suite: SuiteSeen, tests: readonly OldTest[]): boolean {
  const files = new Set(suite.checks.flatMap((check) => (check.tests ?? []).map(({ file }) => file)));
  return tests.every(({ file }) => !files.has(file));
}

/** Those that do not fail there: they pass, are skipped, or are gone though their file ran. `plain`: without any damage. */
export function doNotFailIn(
  suite: SuiteSeen,
  plain: SuiteSeen,
  tests: readonly OldTest[],
): readonly OldTest[] {
  if (suite.checks.length === 0) return [];
  const known = new Set(plain.checks.flatMap((check) => (check.tests ?? []).map(({ id }) => id)));
  return tests.filter(
    (test) =>
      !suite.checks.some((check) => fails(check, test)) &&
      suite.checks.some((check) => isBlunt(check, test, known)),
  );
}

function isBlunt(check: CheckSeen, { id, file }: OldTest, known: ReadonlySet<string>): boolean {
  const status = byId(check.tests).get(id)?.status;
  if (status === 'pass') return true;
  const beside = (check.tests ?? []).filter((test) => test.file === file);
  if (check.report !== 'read' || check.timedOut || beside.length === 0) return false;
  // Tests are skipped, or never begin, where a hook breaks, or the file: that is told, and fails.
  return !beside.some((test) => test.status === 'fail' && !known.has(test.id));
}

function fails({ tests }: CheckSeen, { id, file }: OldTest): boolean {
  // A file without tests is one test by itself; it may have got some.
  return (tests ?? []).some(
    (test) => test.status === 'fail' && (test.id === id || (id === file && test.file === file)),
  );
}
