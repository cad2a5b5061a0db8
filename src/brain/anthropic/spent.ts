import type { Transcript, TranscriptEntry } from '../../ledger/transcript.ts';
import type { BrainEvent } from '../brain.ts';
import { type Cost, ourEntry } from './entries.ts';

type Spent = Extract<BrainEvent, { type: 'spent' }>;

/** A cost as the loop is told of it. */
export function spent({ usage, usd, model }: Cost): Spent {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  return {
    type: 'spent',
    usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens },
    usd,
    model,
  };
}

/**
 * All that a transcript says was spent, in the order in which the loop is told of it. A call that was under way when
 * its process died comes last, with the least it can have cost.
 */
export function spentIn(entries: readonly TranscriptEntry[]): readonly Spent[] {
  const costs: Cost[] = [];
  let inFlight: Cost | undefined;
  for (const one of entries) {
    const entry = ourEntry(one);
    if (entry?.type === 'request.sent') inFlight = entry.atLeast;
    if (entry?.type !== 'assistant.said' && entry?.type !== 'request.failed') continue;
    inFlight = undefined;
    if (entry.cost) costs.push(entry.cost);
  }
  return (inFlight ? [...costs, inFlight] : costs).map(spent);
}

/**
 * Makes a transcript ready for a process that goes on with it: the first `costs` of what it tells of were heard and are
 * not told again. False when nothing was said in it yet.
 */
export async function wakeTranscript(transcript: Transcript, costs: number): Promise<boolean> {
  const told = transcript.entries.flatMap((one) => {
    const entry = ourEntry(one);
    const costly = entry?.type === 'assistant.said' || (entry?.type === 'request.failed' && entry.cost);
    return costly ? [one.seq] : [];
  });
  const through = told[costs - 1];
  if (through !== undefined) await transcript.write('cost.told', { through }, true);
  return transcript.entries.some((one) => ourEntry(one)?.type === 'user.said');
}
