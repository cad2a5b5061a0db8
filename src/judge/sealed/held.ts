import { byId, type CheckSeen, isGreen, type SuiteSeen, type TestSeen } from '../seen.ts';
import type { FileOnBase, OnBase } from './on-base.ts';
import { type Authored, authoredTitle, isAmong, unloaded, untitled } from './titles.ts';

/** A sealed test that does not hold: in words that may be told. */
export interface Failing {
  /** The test file; empty where no test is known by name. For people and counts, never for a brain. */
  readonly file: string;
  readonly title: string;
}

/** What a run with sealed files laid over a candidate comes to. */
export interface Outcome {
  /** Tests that hold. */
  readonly holds: number;
  readonly failing: readonly Failing[];
}

/**
 * Holds a run against what the files were on the base. Every test of every file that a check runs must be there and
 * pass; nothing of it is believed but which tests passed. `authored`: titles as they stand in each file. `dropped`:
 * titles that a person took out.
 */
export function outcomeOf(
  suite: SuiteSeen,
  before: OnBase,
  authored: ReadonlyMap<string, Authored>,
  dropped: readonly string[],
): Outcome {
  const checks = suite.checks.filter(({ name }) => before.checks.includes(name));
  const files = before.files.filter(({ is }) => is !== 'unseen' && is !== 'empty');
  if (files.length === 0) return { holds: 0, failing: [] };
  if (checks.every(({ tests }) => tests === null) && files.every(({ tests }) => tests.size === 0)) {
    return anonymous(checks);
  }
  const parts = files.map((file) =>
    ofFile(file, checks, authored.get(file.file) ?? { titles: [], tests: [] }),
  );
  const isDropped = (title: string) => dropped.some((one) => title === one || title.endsWith(` › ${one}`));
  const failing = parts.flatMap((part) => part.failing).filter(({ title }) => !isDropped(title));
  return { holds: parts.reduce((sum, { holds }) => sum + holds, 0), failing: distinct(failing) };
}

/** Without any identity there is the exit code. */
function anonymous(checks: readonly CheckSeen[]): Outcome {
  const red = checks.some((check) => !isGreen(check));
  return red ? { holds: 0, failing: [{ file: '', title: untitled }] } : { holds: 1, failing: [] };
}

function ofFile(was: FileOnBase, checks: readonly CheckSeen[], authored: Authored): Outcome {
  const { file } = was;
  const own = checks.flatMap(({ tests }) => (tests ?? []).filter((test) => test.file === file));
  const named = own.filter(({ id }) => id !== file);
  if (named.length === 0 && was.tests.size === 0) {
    const hangs = checks.some(({ timedOut }) => timedOut);
    return { holds: 0, failing: [{ file, title: hangs ? untitled : unloaded }] };
  }
  const known = new Set(was.tests.keys());
  const tell = (id: string): Failing => ({
    file,
    title: authoredTitle(id, file, authored.titles, known) ?? untitled,
  });
  const red = own.filter((test) => !isHeld(test, was));
  const there = byId(own);
  const gone = [...was.tests].filter(
    ([id, status]) => !there.has(id) && status !== 'skip' && status !== 'todo',
  );
  return {
    holds: named.length - named.filter((test) => !isHeld(test, was)).length,
    failing: [
      ...[...red.map(({ id }) => id), ...gone.map(([id]) => id)].map(tell),
      ...(was.tests.size === 0 ? cutShort(named, authored.tests).map((title) => ({ file, title })) : []),
    ],
  };
}

/** Of a file that loads only now, the tests it is to hold are known from its text: code under test may end the process. */
function cutShort(named: readonly TestSeen[], tests: readonly string[]): readonly string[] {
  const ids = named.map(({ id }) => id);
  return tests.filter((title) => !isAmong(ids, title));
}

/** A test that its author skips is no test; one that is skipped only now has not passed. */
function isHeld({ id, status }: TestSeen, { tests }: FileOnBase): boolean {
  return status === 'pass' || (status !== 'fail' && tests.get(id) === status);
}

function distinct(failing: readonly Failing[]): readonly Failing[] {
  return [...new Map(failing.map((one) => [`${one.file}\n${one.title}`, one])).values()];
}

/** What failed in both of two runs: nobody is refused for a sealed test that is red by chance. */
export function failingTwice(one: Outcome, other: Outcome): Outcome {
  const again = new Set(other.failing.map(({ file, title }) => `${file}\n${title}`));
  const failing = one.failing.filter(({ file, title }) => again.has(`${file}\n${title}`));
  return { holds: Math.max(one.holds, other.holds), failing };
}
