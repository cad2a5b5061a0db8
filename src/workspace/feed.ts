import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Writes `input` to the stdin of a process, piece by piece where it comes in pieces, then end of file. A process that
 * does not read, or ends first, ends it quietly: EPIPE is no news, and an iterable is told by `return`. One that throws
 * has come to its end.
 */
export function feed(stdin: Writable, input: string | AsyncIterable<string>): void {
  stdin.on('error', () => undefined);
  if (typeof input === 'string') stdin.end(input);
  else void pour(stdin, input[Symbol.asyncIterator]());
}

async function pour(stdin: Writable, pieces: AsyncIterator<string>): Promise<void> {
  const gone = new Promise<'gone'>((resolve) => stdin.once('close', () => resolve('gone')));
  try {
    for (;;) {
      const piece = await Promise.race([pieces.next(), gone]);
      if (piece === 'gone' || stdin.destroyed) break;
      if (piece.done === true) return;
      if (!stdin.write(piece.value)) await Promise.race([once(stdin, 'drain'), gone]);
    }
  } catch {
    // Either nobody reads any more, or whoever makes the pieces broke, which is told where they are made.
  } finally {
    stdin.end();
    // Not waited for: whoever is in the middle of making a piece comes to it later.
    pieces.return?.()?.catch(() => undefined);
  }
}
