import { type FileHandle, open } from 'node:fs/promises';
import { codeOf, UserError } from '../errors.ts';
import { cannotOpen, oddLine } from './broken-file.ts';

/** Longest line that is written or read, in bytes. */
export const longestLine = 8 * 1024 * 1024;

const chunkBytes = 256 * 1024;
const newline = 0x0a;

/** A whole line. `bytes` (without the newline) holds good until the next batch is asked for. */
export interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
  readonly value: unknown;
}

/** How far a file has been read. */
export interface Place {
  /** Where the next line starts, in bytes. */
  offset: number;
  /** Number of the last line read. */
  line: number;
  /** Bytes behind `offset` at the end of the file that are no whole line: a torn one, or one being written. */
  torn: number;
}

/** The place before the first line. */
export function fromTheTop(): Place {
  return { offset: 0, line: 0, torn: 0 };
}

/** Opens a ledger or transcript for reading; UserError when it is missing or cannot be opened. */
export async function openToRead(file: string): Promise<FileHandle> {
  const handle = await openIfThere(file);
  if (handle !== undefined) return handle;
  throw new UserError(`There is no ${file}.`, 'See what there is with: agentloop status');
}

/** The same, but undefined when it is missing. */
export async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    const handle = await open(file, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw new Error('it is no plain file');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw cannotOpen(file, error);
  }
}

/**
 * Reads a file of JSON lines from `place` to its end in batches, never the whole file at once, and moves `place`
 * along. A last line without newline, or that is not JSON, is left out and counted in `place.torn`. The same
 * anywhere else, or a line over `longestLine`, is a UserError that names file and line.
 */
export async function* readLines(
  handle: FileHandle,
  file: string,
  place: Place,
): AsyncGenerator<readonly Line[]> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let rest: Buffer = Buffer.alloc(0);
  place.torn = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunkBytes, place.offset + rest.length);
    if (bytesRead === 0) break;
    const fresh = chunk.subarray(0, bytesRead);
    const bytes = rest.length === 0 ? fresh : Buffer.concat([rest, fresh]);
    const batch: Line[] = [];
    let from = 0;
    for (let to = bytes.indexOf(newline, rest.length); to >= 0; to = bytes.indexOf(newline, from)) {
      const line = parse(bytes.subarray(from, to), place.line + 1);
      if (line === undefined) {
        if ((await handle.stat()).size !== place.offset + to + 1 - from) {
          throw oddLine(file, place.line + 1, 'is not JSON');
        }
        refuseWhole(bytes.subarray(from, to), file, place);
        if (batch.length > 0) yield batch;
        place.torn = to + 1 - from;
        return;
      }
      batch.push(line);
      place.offset += to + 1 - from;
      place.line += 1;
      from = to + 1;
    }
    rest = Buffer.from(bytes.subarray(from));
    if (rest.length > longestLine) throw oddLine(file, place.line + 1, `has more than ${longestLine} bytes`);
    if (batch.length > 0) yield batch;
  }
  refuseWhole(rest, file, place);
  place.torn = rest.length;
}

/**
 * A line torn by a crash is the beginning of an object. Where a whole object is followed by more, a newline has been
 * changed: this would cut off a line that was safe.
 */
function refuseWhole(bytes: Buffer, file: string, place: Place): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length - 1; at += 1) {
    const char = String.fromCharCode(bytes[at] as number);
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === '{') depth += 1;
    else if (!quoted && char === '}') depth -= 1;
    if (!quoted && char === '}' && depth === 0)
      throw oddLine(file, place.line + 1, 'has more behind its end');
  }
}

function parse(bytes: Buffer, number: number): Line | undefined {
  try {
    return { number, bytes, value: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return undefined;
  }
}
