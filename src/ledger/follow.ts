import type { FileHandle } from 'node:fs/promises';
import { watch } from 'chokidar';
import { oddLine } from './broken-file.ts';
import { Chain } from './chain.ts';
import type { Recorded } from './event.ts';
import { fromTheTop, openIfThere, readLines } from './jsonl.ts';
import { loadHash } from './read.ts';

/**
 * How often the size and the signal are looked at, in ms. The watcher makes the common case fast, but it loses the last
 * append of some bursts and may run out of handles: the promise of 100 ms rests on this.
 */
const lookEveryMs = 50;

/**
 * The events of a ledger with `seq` > `since`: first those that are there, then each new one within 100 ms, in order,
 * never half a line. Waits for a ledger that is not there yet. Ends when `signal` aborts, or when the ledger is
 * deleted. Throws a UserError, as `readLedger` does, when the ledger is odd.
 */
export async function* follow(
  file: string,
  since: number,
  signal: AbortSignal,
): AsyncGenerator<Recorded, void> {
  const chain = new Chain(file, { hash: await loadHash() });
  const place = fromTheTop();
  const bell = new Bell();
  const watcher = watch(file, { ignoreInitial: true });
  watcher.on('all', () => bell.ring()).on('error', () => undefined);
  let handle: FileHandle | undefined;
  let seen = '';
  try {
    for (; !signal.aborted; await bell.wait(lookEveryMs)) {
      handle ??= await openIfThere(file);
      if (handle === undefined) continue;
      const { size, mtimeMs, nlink } = await handle.stat();
      if (nlink === 0) return;
      if (size < place.offset) throw oddLine(file, place.line, 'is gone, though it had been read');
      if (seen === `${size} ${mtimeMs}`) continue;
      seen = `${size} ${mtimeMs}`;
      for await (const batch of readLines(handle, file, place)) {
        for (const line of batch) {
          const event = chain.next(line);
          if (event.seq <= since) continue;
          yield event;
          if (signal.aborted) return;
        }
      }
    }
  } finally {
    await watcher.close();
    await handle?.close();
  }
}

/** Lets a wait end early. */
class Bell {
  #rung = false;
  #wake = () => {};

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  /** Ends when the bell rings, or has rung since the last wait, or after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#rung = false;
  }
}
