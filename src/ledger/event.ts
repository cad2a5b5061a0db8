import type * as z from 'zod';
import { planEvents } from './plan-events.ts';
import { runEvents } from './run-events.ts';
import { sealedEvents } from './sealed-events.ts';
import { workEvents } from './work-events.ts';

export { Claim, Handoff, Limits, Proof, Reason, StopReason, Suspicion, Usage } from './event-parts.ts';

/**
 * Events: what was decided in a run, once, in order. Chatter goes to transcripts.
 * Every type with its own fields; `docs/events.md` prints the descriptions.
 */
export const payloads = { ...runEvents, ...workEvents, ...sealedEvents, ...planEvents } as const;

export type EventType = keyof typeof payloads;
/** An event as it is handed to the ledger. */
export type Event = { [T in EventType]: { type: T } & z.input<(typeof payloads)[T]> }[EventType];
/** What the ledger adds. `prev` is the sha256 of the line before (64 zeros for the first). */
export interface Envelope {
  readonly v: 1;
  readonly seq: number;
  readonly ts: string;
  readonly run: string;
  readonly prev: string;
}
/** An event as it stands in the ledger: payload first, reserved keys last. */
export type Recorded = {
  [T in EventType]: { type: T } & z.output<(typeof payloads)[T]> & Envelope;
}[EventType];
/** The recorded form of one type. */
export type RecordedOf<T extends EventType> = Extract<Recorded, { type: T }>;
