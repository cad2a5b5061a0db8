import { type Assignment, type Consultant, consultants, type Role } from '../brain/brain.ts';
import type { Limits } from '../ledger/event.ts';
import { spentBy } from '../ledger/state.ts';
import {
  leftOf,
  type Refusal,
  refuseToSpend,
  type SpentSoFar,
  tokensOf,
  type Worst,
} from '../policy/purse.ts';
import type { Crew } from './crew.ts';
import { limitsIn } from './limits-in.ts';

/**
 * The question whether a call may be made, bound to a session, or to a role beside it: each has the cap of a session for
 * itself, and all share the caps of the run and of the day.
 */
export function purseOf(crew: Crew, number: number, role?: Consultant | undefined): Assignment['mayspend'] {
  return (usd, tokens) => capInTheWay(crew, number, role, { usd, tokens })?.why;
}

/** What is left of the caps, for brains that keep to a budget by themselves. */
export function leftFor(crew: Crew, number: number, role?: Consultant | undefined): () => number | undefined {
  return () => {
    if (!crew.book.state.limits) return undefined;
    const limits = limitsIn(crew, role);
    return leftOf(limits, spentSoFar(crew, number, role, limits));
  };
}

/** The cap that such a call could pass. */
export function capInTheWay(
  crew: Crew,
  number: number,
  role: Consultant | undefined,
  worst: Worst,
): Refusal | undefined {
  if (!crew.book.state.limits) return undefined;
  const limits = limitsIn(crew, role);
  return refuseToSpend(limits, spentSoFar(crew, number, role, limits), worst);
}

function spentSoFar(crew: Crew, number: number, role: Consultant | undefined, limits: Limits): SpentSoFar {
  const { state } = crew.book;
  const { spent } = state;
  return {
    runUsd: spent.usd,
    sessionUsd: spentBy(state, number, role).usd,
    runTokens: tokensOf(spent.usage),
    ...(limits.maxCostPerDayUsd === undefined ? {} : { dayUsd: crew.today.usd() }),
  };
}

/** The role as events name it: none for the brain of the session itself. */
export function roleOf(role: Role): Consultant | undefined {
  return consultants.find((one) => one === role);
}
