import type { Person, Request } from './forge.ts';

/** How a call failed, as the client throws it. */
interface Failed {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly data?: unknown };
}

/** As much as is used of a pull request; the list tells less than the request by itself. */
interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly title: string;
  readonly body?: string | null;
  readonly merged_at?: string | null;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly labels: readonly { readonly name?: string }[];
}

/** A pull request as we know requests. */
export function requestOf(pull: Pull): Request {
  return {
    number: pull.number,
    url: pull.html_url,
    state: pull.merged_at ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    head: pull.head.ref,
    commit: pull.head.sha,
    base: pull.base.ref,
    title: pull.title,
    body: pull.body ?? '',
    labels: pull.labels.map(({ name }) => name ?? ''),
  };
}

/** Who it was; one whose account is gone is nobody. */
export function personOf(
  user: { readonly login: string; readonly id: number | bigint; readonly type: string } | null,
): Person {
  if (user === null) return { login: 'ghost', id: 0, isBot: true };
  return { login: user.login, id: Number(user.id), isBot: user.type !== 'User' };
}

/** The failure of a call; undefined for what is another error. */
export function asFailed(error: unknown): Failed | undefined {
  return error instanceof Error && 'status' in error ? (error as Error & Failed) : undefined;
}

/** The words of the forge: its message, and which field it is about. */
export function saidBy({ message, response }: Failed): string {
  const data = response?.data as { message?: unknown; errors?: unknown } | undefined;
  if (typeof data?.message !== 'string') return message;
  return data.errors === undefined ? data.message : `${data.message} ${JSON.stringify(data.errors)}`;
}
