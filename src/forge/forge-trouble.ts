import { UserError } from '../errors.ts';

/** What a forge answered that did not do what it was asked. */
export interface ForgeAnswer {
  readonly status: number;
  /** Its words, or the beginning of them. */
  readonly said: string;
}

/** What a forge has refused, as a sentence for a person. `what`: "opening the request". */
export function forgeTrouble(where: string, what: string, { status, said }: ForgeAnswer): UserError {
  const words = said.replace(/\s+/g, ' ').trim().slice(0, 500);
  const told = words === '' ? '' : `: ${words}`;
  return new UserError(`${where} refused ${what} (${status})${told}.`, helpFor(status));
}

function helpFor(status: number): string {
  if (status === 401)
    return 'The token is wrong or has run out. Set another (docs/pull-requests.md names the variables).';
  if (status === 403)
    return 'The token may not do this: it needs to write contents, pull requests, issues and statuses.';
  if (status === 404) return 'See that the repository is there and that the token may see it.';
  return 'See what it says; agentloop pr can be said again at any time.';
}
