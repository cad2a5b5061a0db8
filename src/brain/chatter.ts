import type { Transcript } from '../ledger/transcript.ts';
import type { BrainEvent } from './brain.ts';
import { cutWords } from './cut-words.ts';
import { plainLine } from './plain-line.ts';
import { addSpent } from './spent-together.ts';

/** Characters of one entry, and of all entries of a round, that go to the transcript. */
const entryCap = 4000;
const totalCap = 1_000_000;
/** What an entry costs beside its characters: without it a million empty ones would be free. */
const entryCost = 60;
const activityCap = 200;

/**
 * What a program says while it works: to the transcript up to a cap, and to the person who watches only the newest of it.
 */
export class Chatter {
  readonly #transcript: Transcript;
  readonly #kind: string;
  #left = totalCap;
  #newest: string | undefined;
  readonly #events: Parameters<typeof addSpent>[0] = [];
  #wake = (): void => undefined;
  #written: Promise<unknown> = Promise.resolve();

  /** `kind`: what the types of its entries begin with. */
  constructor(transcript: Transcript, kind: string) {
    this.#transcript = transcript;
    this.#kind = kind;
  }

  /** For the person who watches. */
  show(text: string): void {
    const activity = cutWords(plainLine(text), activityCap);
    if (activity === '') return;
    this.#newest = activity;
    this.#wake();
  }

  /** What was spent: it is not skipped, whatever else is said. */
  tell(event: Parameters<typeof addSpent>[1]): void {
    addSpent(this.#events, event);
    this.#wake();
  }

  /** For the transcript, as far as there is room. `text` is cut, `more` must be short. */
  keep(type: string, text: string, more: Readonly<Record<string, unknown>> = {}): void {
    if (this.#left <= 0) return;
    const kept = cutWords(text, Math.min(entryCap, Math.max(this.#left, 8)));
    this.#left -= kept.length + entryCost;
    this.#write(`${this.#kind}.${type}`, { ...more, text: kept });
    if (this.#left <= 0)
      this.#write(`${this.#kind}.muted`, {
        reason: `it printed more than ${totalCap} characters, with ${entryCost} for each line`,
      });
  }

  /** One whole line as it came, that is no more than a line. */
  printed(line: string, from: 'stdout' | 'stderr'): void {
    this.show(line);
    this.keep('printed', line, { from });
  }

  /** The newest words whenever the reader comes round to ask, until `done` settles; what came in between is skipped. */
  async *activity(done: Promise<unknown>): AsyncGenerator<BrainEvent, void, void> {
    let over = false;
    const end = (): void => {
      over = true;
      this.#wake();
    };
    done.then(end, end);
    for (;;) {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) yield event;
      const text = this.#newest;
      this.#newest = undefined;
      if (text !== undefined) yield { type: 'activity', text };
      else if (this.#events.length > 0) continue;
      else if (over) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits until all of it stands in the transcript; throws when something could not be written. */
  async written(): Promise<void> {
    await this.#written;
  }

  #write(type: string, data: object): void {
    this.#written = Promise.all([this.#written, this.#transcript.write(type, data)]);
    // Told by `written`; without this an early failure would end the process as unhandled.
    this.#written.catch(() => undefined);
  }
}
