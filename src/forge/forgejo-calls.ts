import { forgeTrouble } from './forge-trouble.ts';
import type { Place } from './place.ts';

/** As much as is used of a pull request. */
export interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly state: string;
  readonly merged: boolean;
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string; readonly sha: string };
  readonly base: { readonly ref: string };
  readonly labels: readonly { readonly name: string }[];
}

/** Somebody there. */
export interface User {
  readonly id: number;
  readonly login: string;
}

/** A comment on one. */
export interface Issue {
  readonly id: number;
  readonly body: string;
  readonly user: User;
  readonly html_url: string;
}

const perPage = 50;

/** Calls of Forgejo's REST interface; what it refuses becomes a UserError. */
export interface ForgejoCalls {
  send<T>(what: string, method: string, path: string, body?: object): Promise<T>;
  /** Undefined where there is no such thing. */
  maybe<T>(what: string, path: string): Promise<T | undefined>;
  /** All pages, at most twenty. */
  all<T>(what: string, path: string, query?: Readonly<Record<string, string>>): Promise<readonly T[]>;
}

/** Makes them. */
export function forgejoCalls(place: Place, token: string, patient: typeof fetch): ForgejoCalls {
  const answer = (method: string, path: string, body?: object) =>
    patient(`${place.api}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `token ${token}`,
        'user-agent': 'agentloop',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const trouble = ({ status }: Response, what: string, text: string) =>
    forgeTrouble(place.where, what, { status, said: messageIn(text) });
  const send = async <T>(what: string, method: string, path: string, body?: object): Promise<T> => {
    const response = await answer(method, path, body);
    const text = await response.text();
    if (!response.ok) throw trouble(response, what, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    send,
    async maybe<T>(what: string, path: string) {
      const response = await answer('GET', path);
      const text = await response.text();
      if (response.status === 404) return undefined;
      if (!response.ok) throw trouble(response, what, text);
      return JSON.parse(text) as T;
    },
    async all<T>(what: string, path: string, query = {}) {
      const found: T[] = [];
      for (let page = 1; page <= 20; page += 1) {
        const search = new URLSearchParams({ ...query, page: String(page), limit: String(perPage) });
        const next = await send<readonly T[]>(what, 'GET', `${path}?${search}`);
        found.push(...next);
        if (next.length < perPage) break;
      }
      return found;
    },
  };
}

const draftMark = /^(WIP:|\[WIP\])\s*/i;

/** There a draft is a request whose title begins so. */
export function draftTitle(title: string): string {
  return `WIP: ${plainTitle(title).title}`;
}

/** A title without that, and whether it had it. */
export function plainTitle(title: string): { readonly title: string; readonly isDraft: boolean } {
  return { title: title.replace(draftMark, ''), isDraft: draftMark.test(title) };
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
