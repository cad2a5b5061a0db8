import type { BrainEvent } from '../brain.ts';
import { claimOf } from '../command-end.ts';
import { type OutcomeRead, outcomeCap, parseOutcome } from '../outcome.ts';

/**
 * What an agent CLI that ended well has said: in the outcome file, else in its last message, else `done`.
 *
 * No schema is forced upon its last message, though two of the CLIs could: claude makes one more call with the whole
 * conversation for it, codex holds every message of the turn to it, and whoever wrote the file would have to say all of
 * it twice. A message that ends with such an object is understood all the same.
 */
export function claimIn(outcome: OutcomeRead, words: string): BrainEvent {
  if (outcome.kind === 'read') return claimOf(outcome);
  const spoken = spokenOutcome(words);
  return claimOf(spoken.kind === 'read' ? spoken : outcome);
}

/** The last object in a message that is an outcome: the whole message, a fenced block, or what stands at its end. */
export function spokenOutcome(words: string): OutcomeRead {
  const text = words.trim().slice(-outcomeCap);
  const fenced = [...text.matchAll(/```[a-z]*\s*\n(.*?)```/gs)].map(([, inner = '']) => inner.trim());
  const lines = text.split('\n');
  const first = lines.findLastIndex((line) => line.startsWith('{'));
  const tail = first < 0 ? '' : lines.slice(first).join('\n');
  for (const one of [text, ...fenced.reverse(), tail]) {
    if (!/^\{.*"(claim|opinion)"\s*:.*\}$/s.test(one)) continue;
    const read = parseOutcome(Buffer.from(one));
    if (read.kind === 'read') return read;
  }
  return { kind: 'none' };
}
