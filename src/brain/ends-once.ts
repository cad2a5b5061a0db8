import { messageOf, UserError } from '../errors.ts';
import type { BrainEvent, Failure } from './brain.ts';

/**
 * Keeps the promise of `Brain.work` for the work inside it: exactly one `finished` or `failed`, as the last
 * event, and never an exception. What is thrown becomes `crashed`, or `interrupted` when the signal asked for the end.
 */
export async function* endsOnce(
  work: () => AsyncIterable<BrainEvent>,
  signal: AbortSignal,
): AsyncGenerator<BrainEvent, void, void> {
  try {
    for await (const event of work()) {
      yield event;
      if (event.type === 'finished' || event.type === 'failed') return;
    }
    yield failed({ kind: 'crashed', reason: 'The brain ended without a word.' });
  } catch (error) {
    if (signal.aborted) yield failed({ kind: 'interrupted', reason: 'Stopped while it worked.' });
    else yield failed({ kind: 'crashed', reason: wordsOf(error) });
  }
}

/** The event that ends a brain without a claim. */
export function failed(failure: Failure): BrainEvent {
  return { type: 'failed', failure };
}

function wordsOf(error: unknown): string {
  const words = error instanceof UserError ? `${error.message} ${error.help}` : messageOf(error);
  return words.slice(0, 2000) || 'The brain broke.';
}
