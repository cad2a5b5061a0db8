import { open } from 'node:fs/promises';
import { cannotOpen } from './broken-file.ts';

/** A ledger in pieces that never change once the next one has begun, so that a longer copy shares them with a shorter. */

/** A segment ends with the first line that ends behind so many bytes. */
const segmentBytes = 256 * 1024;

/** The name of the nth segment, from 1: in the order of names. */
export function segmentName(nth: number): string {
  return `events-${String(nth).padStart(6, '0')}.jsonl`;
}

/** Whether a file of a copy holds a segment. */
export function isSegment(name: string): boolean {
  return /^events-\d{6,}\.jsonl$/.test(name);
}

/** Where to go on reading: complete segments stand before `offset`. */
export interface SegmentPlace {
  readonly offset: number;
}

/** The segments of a ledger from a place on, whole lines only. The last one may grow; `offset` is where it begins. */
export async function readSegments(
  file: string,
  { offset }: SegmentPlace,
): Promise<{ readonly whole: readonly Buffer[]; readonly last: Buffer; readonly offset: number }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw cannotOpen(file, error);
  });
  try {
    const bytes = Buffer.alloc(Math.max(0, (await handle.stat()).size - offset));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
    const lines = bytes.subarray(0, bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1);
    const whole: Buffer[] = [];
    let from = 0;
    for (;;) {
      const end = lines.indexOf(0x0a, from + segmentBytes - 1) + 1;
      if (end === 0) break;
      whole.push(lines.subarray(from, end));
      from = end;
    }
    return { whole, last: lines.subarray(from), offset: offset + from };
  } finally {
    await handle.close();
  }
}
