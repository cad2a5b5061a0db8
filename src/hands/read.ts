import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import type { Confine } from './confine.ts';
import { shownBytes, shownLines, upTo } from './cut.ts';
import { type Areas, placeOf } from './place.ts';
import { done, failed, makeTool, type Result, type Tool } from './tool.ts';

const maxLineBytes = 4_000;
/** How far into a file we go to find the lines that were asked for. */
const maxScanned = 64 * 1024 * 1024;

const input = z.strictObject({
  path: z.string().min(1).max(4096).describe('Relative to the top of the workspace.'),
  offset: z.int().min(1).default(1).describe('First line, from 1.'),
  limit: z.int().min(1).max(shownLines).default(shownLines).describe('Number of lines.'),
});

/** `read`: lines of a text file with their numbers, from the head on; what is left out is told with its offset. */
export function readTool(areas: Areas, tree: Confine, out: Confine): Tool {
  return makeTool({
    name: 'read',
    description:
      'Read a text file. Each line comes with its number and a tab, which are not part of the file. ' +
      `At most ${shownLines} lines or ${shownBytes / 1024} KB a call: go on with offset. Images and other binary files are not shown. ` +
      'The full outputs of commands, named in their results, can be read too.',
    effect: 'reads',
    input,
    run: async ({ path, offset, limit }) => {
      const place = placeOf(areas, path);
      if ('refused' in place) return failed(place.refused);
      const file = await (place.area === 'tree' ? tree : out).read(place.parts);
      if ('refused' in file)
        return failed(`${file.refused} Not read. Files only commands can see are read with bash.`);
      try {
        return await show(file.handle, file.size, path, offset, limit);
      } finally {
        await file.handle.close();
      }
    },
  });
}

async function show(
  handle: FileHandle,
  size: number,
  path: string,
  offset: number,
  limit: number,
): Promise<Result> {
  if (size === 0) return done(`${path} is empty.`);
  if (await looksBinary(handle)) {
    return failed(
      `${path} is a binary file of ${size} bytes and is not shown. Look at it through bash (file, xxd).`,
    );
  }
  const shown: string[] = [];
  let bytes = 0;
  let number = 0;
  let end: 'file' | 'limit' | 'scan' = 'file';
  for await (const line of linesOf(handle)) {
    if (line === undefined) {
      end = 'scan';
      break;
    }
    number += 1;
    if (number < offset) continue;
    const text = `${number}\t${line}`;
    bytes += Buffer.byteLength(text) + 1;
    if (shown.length >= limit || (bytes > shownBytes && shown.length > 0)) {
      end = 'limit';
      break;
    }
    shown.push(text);
  }
  const last = offset + shown.length - 1;
  if (end === 'file')
    return shown.length > 0 ? done(shown.join('\n')) : failed(`${path} has only ${number} lines.`);
  const note =
    end === 'limit'
      ? `[lines ${offset} to ${last} of a file of ${size} bytes; go on with offset ${last + 1}]`
      : `[the first ${maxScanned} bytes were looked at, of ${size}; see the rest through bash: tail, sed -n]`;
  return done([...shown, note].join('\n'));
}

async function looksBinary(handle: FileHandle): Promise<boolean> {
  const start = Buffer.alloc(8192);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  return start.subarray(0, bytesRead).includes(0);
}

/** Lines without their end, each cut; undefined as the last one when the scan was ended before the file. */
async function* linesOf(handle: FileHandle): AsyncGenerator<string | undefined> {
  const chunk = Buffer.alloc(64 * 1024);
  let line: Buffer[] = [];
  let length = 0;
  const flush = () => {
    const kept = Buffer.concat(line);
    const missing = length - maxLineBytes;
    line = [];
    length = 0;
    if (missing > 0) return `${upTo(kept, maxLineBytes)} [... line cut: ${missing} more bytes]`;
    return kept.toString('utf8').replace(/\r$/, '');
  };
  for (let at = 0; ; ) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    let rest = chunk.subarray(0, bytesRead);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      keep(rest.subarray(0, end));
      yield flush();
      rest = rest.subarray(end + 1);
    }
    keep(rest);
    if (at >= maxScanned) return yield undefined;
  }
  if (length > 0) yield flush();

  function keep(part: Buffer): void {
    // A line of 3 GB must not be held: only its head is shown anyway.
    if (length <= maxLineBytes) line.push(Buffer.from(part.subarray(0, maxLineBytes + 1 - length)));
    length += part.length;
  }
}
