import type { RecordedOf } from './event.ts';
import { openToRead } from './jsonl.ts';

const newline = 0x0a;
const chunkBytes = 1024 * 1024;
/** How the line of a verdict ends, but for its last 66 bytes: the hash of the line before and the brackets. */
const ending = Buffer.from('"type":"judge.ruled","prev":"');
const after = 66;

/**
 * The verdicts in a ledger, in order. Other lines are passed over without being read, which makes this fit for a ledger
 * of a million events; nothing is checked. UserError when the file is missing.
 */
export async function readVerdicts(file: string): Promise<readonly RecordedOf<'judge.ruled'>[]> {
  const handle = await openToRead(file);
  const found: RecordedOf<'judge.ruled'>[] = [];
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (let offset = 0; ; ) {
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes, offset);
      if (bytesRead === 0) return found;
      offset += bytesRead;
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let from = 0;
      for (let to = bytes.indexOf(newline); to >= 0; to = bytes.indexOf(newline, from)) {
        const at = to - after - ending.length;
        if (at > from && bytes.compare(ending, 0, ending.length, at, at + ending.length) === 0)
          found.push(JSON.parse(bytes.toString('utf8', from, to)) as RecordedOf<'judge.ruled'>);
        from = to + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
    }
  } finally {
    await handle.close();
  }
}
