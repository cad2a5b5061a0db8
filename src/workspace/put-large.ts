import { createHash } from 'node:crypto';
import { createWriteStream, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createDeflate } from 'node:zlib';
import { halfOf } from './loose.ts';
import type { Objects } from './objects.ts';

const pieceBytes = 1024 * 1024;

/**
 * Writes what an open file holds into the vault as a blob, a piece at a time: however large, it never stands in memory as a
 * whole. Undefined when it holds more or less than was announced.
 */
export async function putLarge(objects: Objects, fd: number, bytes: number): Promise<string | undefined> {
  const half = halfOf(join(objects.home, '00', 'large'));
  try {
    const hash = createHash(objects.format);
    let at = 0;
    const pieces = function* () {
      const header = Buffer.from(`blob ${bytes}\0`);
      hash.update(header);
      yield header;
      for (;;) {
        const piece = Buffer.allocUnsafe(pieceBytes);
        const got = readSync(fd, piece, 0, pieceBytes, at);
        if (got === 0 || at > bytes) return;
        at += got;
        hash.update(piece.subarray(0, got));
        yield piece.subarray(0, got);
      }
    };
    const file = createWriteStream(half, { mode: 0o444, flags: 'wx' });
    await pipeline(Readable.from(pieces()), createDeflate({ level: 1 }), file);
    if (at !== bytes) return undefined;
    const oid = hash.digest('hex');
    objects.adopt(half, oid);
    return oid;
  } finally {
    rmSync(half, { force: true });
  }
}
