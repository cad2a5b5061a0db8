import { type BaseCheck, type BaseSeen, pairs } from './base-seen.ts';
import { type CheckSeen, isGreen, type SuiteSeen } from './seen.ts';

/** A test that passes on the candidate's side and is not known to do so on the base: it may be a proof. */
export interface FreshTest {
  /** Name of the check that ran it. */
  readonly check: string;
  /** Its identity; for a check that tells none, `checkAsProof`. */
  readonly name: string;
  /** Its file; empty where the report does not tell. */
  readonly file: string;
}

/** How a check without test identities stands in a proof. */
export function checkAsProof(name: string): string {
  return `check ${name}`;
}

/** Passing tests that the base does not have, or has only as skipped or todo; green checks without identities. */
export function freshTests(base: BaseSeen, suite: SuiteSeen): readonly FreshTest[] {
  return pairs(base, suite).flatMap(({ was, is }) => freshIn(was, is));
}

function freshIn(was: BaseCheck, is: CheckSeen): readonly FreshTest[] {
  const check = was.name;
  if (is.tests === null) {
    const stays = was.tests === null && was.green && isGreen(is);
    return stays ? [{ check, name: checkAsProof(check), file: '' }] : [];
  }
  return is.tests
    .filter(({ id, status }) => {
      const before = was.tests?.get(id)?.status;
      return status === 'pass' && (before === undefined || before === 'skip' || before === 'todo');
    })
    .map(({ id, file }) => ({ check, name: id, file }));
}
