import type { BrainEvent } from '../brain.ts';
import { handoffOf } from '../outcome.ts';

/** A claim with what was noted on the way, in front of what it says it has learned. */
export function withNotes(event: BrainEvent, notes: readonly string[]): BrainEvent {
  if (event.type !== 'finished' || notes.length === 0) return event;
  const learned = [...notes, event.handoff.learned ?? ''].filter((text) => text !== '').join('\n');
  return { ...event, handoff: handoffOf({ ...event.handoff, learned }) };
}
