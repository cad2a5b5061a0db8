import type { IncomingHttpHeaders } from 'node:http';
import type { Tokens } from './moves.ts';
import type { Offered } from './offered.ts';

/** A request, read whatever its API is. */
export interface Asked {
  readonly model: string;
  /** What the person (and the program in their name) said before the model said anything. */
  readonly first: string;
  /** How many turns of the model it holds. */
  readonly turn: number;
  /** The conversation, as JSON. */
  readonly history: string;
  readonly tools: readonly Offered[];
  readonly streams: boolean;
  /** The tool by which others are found that are not offered at once. Calls of it are no turns of the script. */
  readonly search?: Offered | undefined;
}

/** What the model answers: words, or one call of a tool that was offered. */
export type Reply = { readonly usage: Tokens } & (
  | { readonly text: string }
  | { readonly call: { readonly tool: Offered; readonly input: Readonly<Record<string, unknown>> } }
);

/** An answer that is no stream. */
export interface Plain {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** How one API is spoken. */
export interface Dialect {
  /** Paths it is asked at, without the query. */
  readonly paths: RegExp;
  /** The key that came with a request; undefined: none. */
  key(headers: IncomingHttpHeaders): string | undefined;
  read(body: Readonly<Record<string, unknown>>, path: string): Asked;
  /** The whole stream, an element for each piece. `place` is one of a kind. */
  stream(reply: Reply, asked: Asked, place: string): readonly string[];
  /** The same as one body, for a request that wants no stream; undefined: this API is asked for streams only. */
  whole?(reply: Reply, asked: Asked, place: string): object;
  error(status: number, words: string): object;
  /** What it says of a key it does not know. */
  readonly unknownKey: string;
  /** The limit of a subscription is reached until then (seconds since 1970). */
  limited(until: number): Plain;
}

/** All texts in a value of JSON, one a line. */
export function textsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value).map(textsIn).filter(Boolean).join('\n');
}

/** The messages before the first of the model. */
export function beforeModel<M>(messages: readonly M[], isModel: (message: M) => boolean): string {
  const end = messages.findIndex(isModel);
  return textsIn(end < 0 ? messages : messages.slice(0, end));
}
