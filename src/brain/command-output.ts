import { stripVTControlCharacters } from 'node:util';
import type { Transcript } from '../ledger/transcript.ts';
import type { BrainEvent } from './brain.ts';
import { cutWords } from './cut-words.ts';

/** Characters of one line, and of all lines of a round, that go to the transcript. */
const lineCap = 4000;
const totalCap = 1_000_000;
/** What a line costs beside its characters: without it a million empty ones would be free. */
const lineCost = 60;
const activityCap = 200;

/**
 * What a command prints: to the transcript up to a cap, and to the person who watches only the newest line.
 */
export class CommandOutput {
  readonly #transcript: Transcript;
  #left = totalCap;
  #newest: string | undefined;
  #wake = (): void => undefined;
  #written: Promise<unknown> = Promise.resolve();

  constructor(transcript: Transcript) {
    this.#transcript = transcript;
  }

  /** One whole line as it came. */
  take(line: string, from: 'stdout' | 'stderr'): void {
    const activity = cutWords(plain(line), activityCap);
    if (activity !== '') {
      this.#newest = activity;
      this.#wake();
    }
    if (this.#left <= 0) return;
    const text = cutWords(line, Math.min(lineCap, Math.max(this.#left, 8)));
    this.#left -= text.length + lineCost;
    this.#write('command.printed', { from, text });
    if (this.#left <= 0)
      this.#write('command.muted', {
        reason: `it printed more than ${totalCap} characters, with ${lineCost} for each line`,
      });
  }

  /** The newest line whenever the reader comes round to ask, until `done` settles; lines in between are skipped. */
  async *activity(done: Promise<unknown>): AsyncGenerator<BrainEvent, void, void> {
    let over = false;
    const end = (): void => {
      over = true;
      this.#wake();
    };
    done.then(end, end);
    for (;;) {
      const text = this.#newest;
      this.#newest = undefined;
      if (text !== undefined) yield { type: 'activity', text };
      else if (over) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits until every line stands in the transcript; throws when one could not be written. */
  async written(): Promise<void> {
    await this.#written;
  }

  #write(type: string, data: object): void {
    this.#written = Promise.all([this.#written, this.#transcript.write(type, data)]);
    // Told by `written`; without this an early failure would end the process as unhandled.
    this.#written.catch(() => undefined);
  }
}

/** A line as a person can read it: no colours, no cursor movements; of a progress bar the last state. */
function plain(line: string): string {
  const shown = stripVTControlCharacters(line).trimEnd().split('\r').pop() ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return shown.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
