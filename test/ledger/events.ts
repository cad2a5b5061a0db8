import { createHash } from 'node:crypto';
import type { Event } from '../../src/ledger/event.ts';

/** A small honest event. */
export function note(words: string): Event {
  return { type: 'note.added', words, by: 'ada@host' };
}

/** sha256 of a line, as the next one has it in `prev`. */
export function sha256(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

/** The lines of a valid ledger of run r1, made without our own code. */
export function ledgerLines(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const before = lines.at(-1);
    const prev = before === undefined ? '0'.repeat(64) : sha256(before);
    const ts = '2026-11-20T11:40:00.000Z';
    const envelope = { v: 1, seq: index + 1, ts, run: 'r1', type: 'note.added', prev };
    lines.push(JSON.stringify({ words: word, by: 'ada@host', ...envelope }));
  }
  return lines;
}
