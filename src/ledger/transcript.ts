import { AppendOnly } from './append-only.ts';
import { oddLine, quoted, tornWords } from './broken-file.ts';
import { fromTheTop, type Line, openToRead, readLines } from './jsonl.ts';
import { redactRecord } from './redact.ts';

/** Something said or done inside a session: the payload first, then these three. */
export type TranscriptEntry = {
  /** From 1, dense. */
  readonly seq: number;
  /** ISO time. */
  readonly ts: string;
  readonly type: string;
} & Readonly<Record<string, unknown>>;

/** Everything said and done inside one session; only this process writes it. */
export interface Transcript {
  readonly file: string;
  /** All entries so far, as they stand in the file. */
  readonly entries: readonly TranscriptEntry[];
  /**
   * Takes secrets out of `data`, writes it and gives the entry as it stands in the file. `seq`, `ts` and `type` are
   * ours: what `data` has under these names is left out. `durable`: on disk when this returns, for what is about to
   * take effect. BugError when the entry is too long for a line; UserError when the disk fails, and from then on.
   */
  write(type: string, data: object, durable?: boolean): Promise<TranscriptEntry>;
  close(): Promise<void>;
}

export interface TranscriptOptions {
  readonly redact?: (text: string) => string;
  /** ms since 1970; for `ts`. */
  readonly now?: () => number;
}

/**
 * Opens a transcript, or makes it. A torn last line is cut off and kept in `<file>.torn`; anything else odd is a
 * UserError that names file and line, and the file is left as it is.
 */
export async function openTranscript(
  file: string,
  { redact = (text) => text, now = Date.now }: TranscriptOptions = {},
): Promise<Transcript> {
  const out = await AppendOnly.open(file);
  const entries: TranscriptEntry[] = [];
  try {
    const place = fromTheTop();
    for await (const batch of readLines(out.handle, file, place)) {
      for (const line of batch) entries.push(entryOf(file, line));
    }
    await out.cutTorn(place);
  } catch (error) {
    await out.close();
    throw error;
  }
  let seq = entries.length;
  return {
    file,
    entries,
    async write(type, data, durable = false) {
      const { seq: _seq, ts: _ts, type: _type, ...payload } = redactRecord(data, redact);
      const line = JSON.stringify({ ...payload, seq: seq + 1, ts: new Date(now()).toISOString(), type });
      const written = out.append(line, durable);
      seq += 1;
      await written;
      const entry = JSON.parse(line) as TranscriptEntry;
      entries.push(entry);
      return entry;
    },
    close: () => out.close(),
  };
}

/**
 * Every entry of a transcript. `torn` says that a last line is not whole; it is left out. UserError when the file is
 * missing, or, naming file and line, when anything else is odd.
 */
export async function readTranscript(
  file: string,
): Promise<{ readonly entries: readonly TranscriptEntry[]; readonly torn?: string }> {
  const handle = await openToRead(file);
  try {
    const place = fromTheTop();
    const entries: TranscriptEntry[] = [];
    for await (const batch of readLines(handle, file, place)) {
      for (const line of batch) entries.push(entryOf(file, line));
    }
    return place.torn === 0 ? { entries } : { entries, torn: tornWords(place.torn, place.line) };
  } finally {
    await handle.close();
  }
}

function entryOf(file: string, { number, value }: Line): TranscriptEntry {
  const entry = value as Partial<TranscriptEntry> | null;
  if (typeof entry !== 'object' || entry === null) throw oddLine(file, number, 'is not a JSON object');
  if (entry.seq !== number)
    throw oddLine(file, number, `has "seq": ${quoted(entry.seq)} where ${number} belongs`);
  if (typeof entry.ts !== 'string')
    throw oddLine(file, number, `has "ts": ${quoted(entry.ts)} where an ISO time belongs`);
  if (typeof entry.type !== 'string')
    throw oddLine(file, number, `has "type": ${quoted(entry.type)} where a name belongs`);
  return entry as TranscriptEntry;
}
