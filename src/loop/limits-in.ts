import type { Consultant } from '../brain/brain.ts';
import type { Limits } from '../ledger/event.ts';
import { limitsOfRole } from '../policy/role-limits.ts';
import type { Crew } from './crew.ts';

/** The limits that hold in a role; without one in that of the session: the initializer's in `init`, else the coder's. */
export function limitsIn({ book, config }: Pick<Crew, 'book' | 'config'>, role?: Consultant): Limits {
  const { limits, kind } = book.state;
  if (!limits) throw new Error('limits.set comes before anyone is asked');
  return limitsOfRole(limits, config.roles[role ?? (kind === 'init' ? 'initializer' : 'coder')].limits);
}
