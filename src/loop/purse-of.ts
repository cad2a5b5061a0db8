import { type Assignment, type Consultant, consultants, type Role } from '../brain/brain.ts';
import { spentBy } from '../ledger/state.ts';
import { refuseToSpend } from '../policy/purse.ts';
import type { Crew } from './crew.ts';

/**
 * The question whether a call may be made, bound to a session, or to a role beside it: each has the cap of a session for
 * itself, and all share the cap of the run. `runOnly`: asks for the cap of the run alone.
 */
export function purseOf(
  crew: Crew,
  number: number,
  { runOnly = false, role }: { runOnly?: boolean; role?: Consultant | undefined } = {},
): Assignment['mayspend'] {
  return (worstUsd) => {
    const { state } = crew.book;
    if (!state.limits) return undefined;
    const { sessionCostUsd: _, ...run } = state.limits;
    const sessionUsd = spentBy(state, number, role).usd;
    return refuseToSpend(runOnly ? run : state.limits, { runUsd: state.spent.usd, sessionUsd }, worstUsd);
  };
}

/** The role as events name it: none for the brain of the session itself. */
export function roleOf(role: Role): Consultant | undefined {
  return consultants.find((one) => one === role);
}
