import { newerLine, oddLine, quoted } from './broken-file.ts';
import type { Envelope, Recorded } from './event.ts';
import type { Line } from './jsonl.ts';

/** `prev` of the first event. */
const noLineBefore = '0'.repeat(64);

/** sha256 of a line without its newline, as 64 hex digits. */
export type LineHash = (bytes: Buffer) => string;

/**
 * Checks line after line of a ledger by hand, without zod: format, dense `seq` from 1, one run, and, when a `hash`
 * is given, that each line follows from the one before. The payload is not looked at.
 */
export class Chain {
  /** `seq` of the last event. */
  seq = 0;
  /** Hash of the last line; meaningless without a hash function. */
  prev = noLineBefore;
  readonly #file: string;
  readonly #hash: LineHash | undefined;
  #run: string | undefined;

  /** `run`: the run the ledger must belong to; default the run of its first line. */
  constructor(
    file: string,
    options: {
      readonly run?: string;
      readonly hash?: LineHash;
      /** The event before the first line that will come; default none. */
      readonly after?: { readonly seq: number; readonly hash: string } | undefined;
    },
  ) {
    this.#file = file;
    this.seq = options.after?.seq ?? 0;
    this.prev = options.after?.hash ?? noLineBefore;
    this.#run = options.run;
    this.#hash = options.hash;
  }

  /** The event in this line; UserError naming file and line for anything odd. */
  next(line: Line): Recorded {
    const odd = (what: string) => oddLine(this.#file, line.number, what);
    if (typeof line.value !== 'object' || line.value === null || Array.isArray(line.value)) {
      throw odd('is not a JSON object');
    }
    const { v, seq, ts, run, type, prev } = line.value as { [Key in keyof Envelope | 'type']?: unknown };
    if (typeof v === 'number' && v > 1) {
      throw newerLine(this.#file, line.number, `it has format ${quoted(v)}, this one reads format 1`);
    }
    if (v !== 1) throw odd(`has "v": ${quoted(v)} where 1 belongs`);
    if (seq !== this.seq + 1) throw odd(`has "seq": ${quoted(seq)} where ${this.seq + 1} belongs`);
    if (typeof type !== 'string') throw odd(`has "type": ${quoted(type)} where the name of an event belongs`);
    if (typeof ts !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(ts)) {
      throw odd(`has "ts": ${quoted(ts)} where an ISO time belongs`);
    }
    if (typeof run !== 'string') throw odd(`has "run": ${quoted(run)} where the name of a run belongs`);
    this.#run ??= run;
    if (run !== this.#run) throw odd(`has "run": ${quoted(run)} where ${quoted(this.#run)} belongs`);
    if (typeof prev !== 'string') throw odd(`has "prev": ${quoted(prev)} where a sha256 belongs`);
    if (this.#hash !== undefined) {
      if (prev !== this.prev) {
        throw odd(
          'does not follow from the line before it ("prev" is not its sha256): one of them was changed',
        );
      }
      this.prev = this.#hash(line.bytes);
    }
    this.seq += 1;
    return line.value as Recorded;
  }
}
