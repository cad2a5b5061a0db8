import { appendFile, type FileHandle, mkdir, open } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { BugError } from '../errors.ts';
import { cannotOpen, cannotWrite, tornWords } from './broken-file.ts';
import { longestLine, type Place } from './jsonl.ts';

/**
 * A file that only grows, one line at a time.
 * 1. A line is one write, at the end of the file (O_APPEND), in the order of the calls.
 * 2. A durable line is on disk when its append returns.
 * 3. After a write or fsync has failed nothing is written any more: what the disk then holds is not known, and a
 *    second fsync that succeeds would prove nothing. Opening the file anew finds out.
 */
export class AppendOnly {
  readonly file: string;
  /** For reading what is there. */
  readonly handle: FileHandle;
  #last: Promise<void> = Promise.resolve();
  #over: Error | undefined;

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.handle = handle;
  }

  /** Opens the file, or makes it (mode 0600) and its folders (0700) and sees to it that they survive a power cut. */
  static async open(file: string): Promise<AppendOnly> {
    try {
      const folder = dirname(resolve(file));
      const made = await mkdir(folder, { recursive: true, mode: 0o700 });
      const handle = await open(file, 'a+', 0o600);
      if ((await handle.stat()).size === 0) {
        // A new name is on disk when the folder it stands in is: up to the one that was there before.
        const last = made === undefined ? folder : dirname(resolve(made));
        for (let one = folder; one.length >= last.length; one = dirname(one)) {
          await syncFolder(one);
          if (one === dirname(one)) break;
        }
      }
      return new AppendOnly(file, handle);
    } catch (error) {
      throw cannotOpen(file, error);
    }
  }

  /**
   * Cuts off what stands behind `place` and gives the words for it; undefined when there is nothing. The bytes are
   * first added to `<file>.torn`: somebody may want to see what was about to happen.
   */
  async cutTorn(place: Place): Promise<string | undefined> {
    if (place.torn === 0) return undefined;
    const bytes = Buffer.alloc(place.torn);
    await this.handle.read(bytes, 0, place.torn, place.offset);
    const kept = `${this.file}.torn`;
    await appendFile(kept, Buffer.concat([bytes, Buffer.from('\n')]), { mode: 0o600, flush: true });
    await this.handle.truncate(place.offset);
    await this.handle.sync();
    return `cut off ${tornWords(place.torn, place.line)} and kept it in ${basename(kept)}`;
  }

  /**
   * Adds a line (without newline). Throws a BugError at once when it is too long, and nothing is written. Rejects with
   * a BugError when the file is closed, with a UserError when the disk fails, now or before.
   */
  append(line: string, durable: boolean): Promise<void> {
    const bytes = Buffer.from(`${line}\n`);
    if (bytes.length > longestLine) {
      throw new BugError(`a line of ${bytes.length} bytes for ${this.file}; the limit is ${longestLine}`);
    }
    const turn = this.#last.then(() => this.#write(bytes, durable));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Waits for what is being written, then closes the file. Closing twice does nothing. */
  async close(): Promise<void> {
    const turn = this.#last.then(async () => {
      this.#over ??= new BugError(`${this.file} is closed`);
      await this.handle.close();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #write(bytes: Buffer, durable: boolean): Promise<void> {
    if (this.#over) throw this.#over;
    try {
      const { bytesWritten } = await this.handle.write(bytes);
      if (bytesWritten !== bytes.length)
        throw new Error(`only ${bytesWritten} of ${bytes.length} bytes fitted`);
      if (durable) await this.handle.datasync();
    } catch (error) {
      this.#over = cannotWrite(this.file, error);
      throw this.#over;
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
