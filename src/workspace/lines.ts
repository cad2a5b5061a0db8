import { wholeChars } from './whole-chars.ts';

/** Cuts a stream of bytes into lines without their newline, each at most `cap` bytes: the rest of a longer one is dropped. */
export class Lines {
  /** Grows by doubling: joined anew with each chunk, a long line would be copied over and over. */
  #room: Buffer = Buffer.alloc(0);
  #held = 0;
  readonly #onLine: (line: string) => void;
  readonly #cap: number;

  constructor(onLine: (line: string) => void, cap = 16 * 1024) {
    this.#onLine = onLine;
    this.#cap = cap;
  }

  push(chunk: Buffer): void {
    let at = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, at)) {
      this.#add(chunk.subarray(at, end));
      this.#flush();
      at = end + 1;
    }
    this.#add(chunk.subarray(at));
  }

  /** A last line without a newline. */
  end(): void {
    if (this.#held > 0) this.#flush();
  }

  #add(part: Buffer): void {
    const end = Math.min(this.#held + part.length, this.#cap);
    if (end > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.min(Math.max(end, 2 * this.#room.length), this.#cap));
      this.#room.copy(larger, 0, 0, this.#held);
      this.#room = larger;
    }
    this.#held += part.copy(this.#room, this.#held, 0, end - this.#held);
  }

  #flush(): void {
    const line = this.#room.subarray(0, this.#held);
    this.#held = 0;
    this.#onLine(
      line.subarray(0, line.length === this.#cap ? wholeChars(line) : line.length).toString('utf8'),
    );
  }
}
