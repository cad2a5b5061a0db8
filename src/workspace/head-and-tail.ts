import { firstChar, wholeChars } from './whole-chars.ts';

/** Head and tail of what a command printed: gigabytes of it cost no more memory than what is kept. */
export class HeadAndTail {
  bytes = 0;
  readonly #keep: number;
  // Two buffers of fixed size, the second one a ring: a million chunks of one byte are no million objects.
  #head: Buffer | undefined;
  #headBytes = 0;
  #tail: Buffer | undefined;
  #tailBytes = 0;

  /** `keep`: bytes that are kept, half of them from the start. */
  constructor(keep: number) {
    this.#keep = Math.max(2, keep);
  }

  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.#head ??= Buffer.alloc(Math.ceil(this.#keep / 2));
    const taken = chunk.copy(this.#head, this.#headBytes);
    this.#headBytes += taken;
    if (taken < chunk.length) this.#pushTail(chunk.subarray(taken));
  }

  #pushTail(chunk: Buffer): void {
    this.#tail ??= Buffer.alloc(Math.floor(this.#keep / 2));
    const size = this.#tail.length;
    const part = chunk.subarray(-size);
    const at = (this.#tailBytes + chunk.length - part.length) % size;
    const first = part.copy(this.#tail, at);
    part.copy(this.#tail, 0, first);
    this.#tailBytes += chunk.length;
  }

  /** What was kept, with a line in between that tells how much was left out. Broken UTF-8 becomes U+FFFD. */
  text(): string {
    const head = this.#head?.subarray(0, this.#headBytes) ?? Buffer.alloc(0);
    if (!this.#tail) return head.toString('utf8');
    const size = this.#tail.length;
    const at = this.#tailBytes % size;
    if (this.#tailBytes <= size)
      return Buffer.concat([head, this.#tail.subarray(0, this.#tailBytes)]).toString('utf8');
    const tail = Buffer.concat([this.#tail.subarray(at), this.#tail.subarray(0, at)]);
    const cutHead = head.subarray(0, wholeChars(head));
    const cutTail = tail.subarray(firstChar(tail));
    const left = this.bytes - cutHead.length - cutTail.length;
    return `${cutHead.toString('utf8')}\n[... ${left} bytes left out ...]\n${cutTail.toString('utf8')}`;
  }

  /** Forgets what was kept and counts from 0 again. */
  clear(): void {
    this.bytes = 0;
    this.#head = undefined;
    this.#headBytes = 0;
    this.#tail = undefined;
    this.#tailBytes = 0;
  }
}
