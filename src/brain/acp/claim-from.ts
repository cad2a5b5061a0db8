import type { BrainEvent } from '../brain.ts';
import { claimOf } from '../command-end.ts';
import { type OutcomeRead, parseOutcome } from '../outcome.ts';

/**
 * What an agent claims: by the outcome file, else by a JSON object at the end of its last message, else `done`: the judge
 * decides. Pure.
 */
export function claimFrom(outcome: OutcomeRead, lastMessage: string): BrainEvent {
  return claimOf(outcome.kind === 'none' ? saidIn(lastMessage) : outcome);
}

/** The JSON object that a message ends with, fenced or not; `none` where it is no claim: then it was about the work. */
function saidIn(message: string): OutcomeRead {
  const text = message
    .trimEnd()
    .replace(/\n?```$/, '')
    .trimEnd();
  if (!text.endsWith('}')) return { kind: 'none' };
  for (let at = text.lastIndexOf('{'); at !== -1; at = at === 0 ? -1 : text.lastIndexOf('{', at - 1)) {
    const found = text.slice(at);
    if (found.length > 64 * 1024) break;
    if (!/^\{\s*"(claim|opinion|did|learned|next|question|reasons|\$schema)"/.test(found)) continue;
    const read = parseOutcome(Buffer.from(found));
    if (read.kind === 'read') return read;
  }
  return { kind: 'none' };
}
