import type { Hands } from '../../hands/hands.ts';
import type { Assignment } from '../brain.ts';
import type { PriceTable } from '../prices.ts';
import type { Client } from './call.ts';
import type { Effort, EntryData, EntryType } from './entries.ts';

/** What a session is carried by, beside its assignment. */
export interface Means {
  readonly client: Client;
  readonly hands: Hands;
  /** Name of the template that tells how to work. */
  readonly system: string;
  readonly model: string;
  readonly effort: Effort | undefined;
  readonly maxTokens: number | undefined;
  readonly prices: PriceTable;
  /** Longest silence on a stream, in ms. */
  readonly silence: number;
  /** ms since 1970. */
  readonly now: () => number;
  /** Returns early when the signal fires; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** One call of `work` under way. */
export interface Session {
  readonly assignment: Assignment;
  readonly means: Means;
  readonly signal: AbortSignal;
  /**
   * Inputs of the last turn's calls as the model wrote them, by id. The transcript has them without secrets, which is
   * not what the model meant; a later process does not have them at all.
   */
  readonly originals: Map<string, unknown>;
}

/** Writes an entry of ours; it is on disk when this returns. */
export async function put<T extends EntryType>(session: Session, type: T, data: EntryData<T>): Promise<void> {
  await session.assignment.transcript.write(type, data, true);
}
