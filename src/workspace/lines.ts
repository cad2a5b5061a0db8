import { wholeChars } from './whole-chars.ts';

const lineBytes = 16 * 1024;

/** Cuts a stream of bytes into lines without their newline, each at most 16 KiB: the rest of a longer one is dropped. */
export class Lines {
  #rest: Buffer = Buffer.alloc(0);
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
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
    if (this.#rest.length > 0) this.#flush();
  }

  #add(part: Buffer): void {
    const room = lineBytes - this.#rest.length;
    if (part.length > 0) this.#rest = Buffer.concat([this.#rest, part.subarray(0, room)]);
  }

  #flush(): void {
    const line = this.#rest;
    this.#rest = Buffer.alloc(0);
    this.#onLine(
      line.subarray(0, line.length === lineBytes ? wholeChars(line) : line.length).toString('utf8'),
    );
  }
}
