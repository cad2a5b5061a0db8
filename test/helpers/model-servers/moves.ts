import type { Claim } from '../../../src/ledger/event.ts';

/** What one call of a model may say it used. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** What the model does in one turn, whichever API it is asked through. */
export type Move =
  | { readonly say: string; readonly usage?: Tokens }
  /** A call of the shell tool, by whatever name and form it is offered. */
  | { readonly run: string; readonly usage?: Tokens }
  /** Our own tool for claims where it is offered, else `did` as last words. */
  | { readonly claim: Claim; readonly did: string; readonly question?: string; readonly usage?: Tokens }
  /** An answer that is no stream; the words stand in the error of the API's form. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly words?: string }
  /** The limit of a subscription is reached until then, said as the API says it. Seconds since 1970. */
  | { readonly limitedUntil: number }
  /** Nothing is ever answered, or headers and the start of a stream and then silence. */
  | { readonly stall: 'before headers' | 'in the stream' };

/** A move, or one for each attempt at this turn; the last one holds for all further attempts. */
export type Turn = Move | readonly Move[];

/**
 * The turns of the conversations whose first words hold `when`; the first that fits is played. The turn of a request
 * is the number of turns of the model it holds.
 */
export interface Conversation {
  readonly when: string;
  readonly turns: readonly Turn[];
}

/** The move for a request, or a sentence why there is none. */
export function moveFor(
  script: readonly Conversation[],
  asked: { readonly first: string; readonly turn: number },
  attempt: (name: string) => number,
): { readonly move: Move; readonly name: string; readonly attempt: number } | string {
  const played = script.find(({ when }) => asked.first.includes(when));
  if (played === undefined)
    return `no script is for a conversation that starts with: ${asked.first.slice(0, 400)}`;
  const name = `${played.when}: turn ${asked.turn}`;
  const turn = played.turns[asked.turn];
  if (turn === undefined) return `the script has no turn ${asked.turn} for ${played.when}`;
  const count = attempt(name);
  const move = Array.isArray(turn) ? (turn as readonly Move[])[Math.min(count, turn.length - 1)] : turn;
  return move === undefined ? `${name} has no moves` : { move: move as Move, name, attempt: count };
}
