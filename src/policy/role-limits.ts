import { parseDuration } from '../config.ts';
import type { RoleLimits } from '../config-limits.ts';
import type { Limits } from '../ledger/event.ts';

/** The limits that hold for what is done in a role: those of the run, with what the role's own say of a session instead. */
export function limitsOfRole(limits: Limits, own: RoleLimits): Limits {
  const { sessionTime, sessionTurns, sessionToolCalls, sessionCost } = own;
  const sessionMs = sessionTime === undefined ? undefined : parseDuration(sessionTime);
  return {
    ...limits,
    ...(sessionMs === undefined ? {} : { sessionMs }),
    ...(sessionTurns === undefined ? {} : { sessionTurns }),
    ...(sessionToolCalls === undefined ? {} : { sessionToolCalls }),
    ...(sessionCost === undefined ? {} : { sessionCostUsd: sessionCost }),
  };
}
