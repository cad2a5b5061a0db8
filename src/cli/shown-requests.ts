import type { KnownRequest } from '../ledger/requests.ts';
import type { ResultRequest } from './result.ts';

/** The requests of a run that are at a forge by now, as readers are told of them. */
export function shownRequests(known: readonly KnownRequest[]): readonly ResultRequest[] {
  return known.flatMap(({ number, url, head, base, features }) =>
    number === null || url === null ? [] : [{ number, url, head, base, features }],
  );
}
