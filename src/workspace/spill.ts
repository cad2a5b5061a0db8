import { closeSync, constants, openSync, writeSync } from 'node:fs';

const spillBytes = 64 * 1024 * 1024;

/** A file with the whole output, up to 64 MiB. Written at once: nothing waits in memory for a slow disk. */
export class Spill {
  #room = spillBytes;
  #file: number | undefined;

  /** Throws when the file cannot be made. A symlink in its place is not followed: a brain may have put it there. */
  constructor(file: string) {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
    this.#file = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  }

  push(chunk: Buffer): void {
    if (this.#file === undefined) return;
    try {
      const part = chunk.subarray(0, this.#room);
      for (let at = 0; at < part.length; ) at += writeSync(this.#file, part, at);
      this.#room -= part.length;
      if (part.length < chunk.length) writeSync(this.#file, `\n[... cut at ${spillBytes} bytes ...]\n`);
      if (part.length < chunk.length) this.close();
    } catch {
      this.close(); // A full disk ends the copy, not the command.
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
