import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { messageOf } from '../errors.ts';
import type { Confine, Opened } from './confine.ts';
import { fileTrouble } from './file-trouble.ts';
import { type Areas, placeOf } from './place.ts';
import { done, failed, makeTool, type Tool } from './tool.ts';

const input = z.strictObject({
  path: z.string().min(1).max(4096).describe('Relative to the top of the workspace.'),
  content: z.string().max(5_000_000).describe('The whole file.'),
});

/** `write`: makes a file, or replaces what is in it. Folders on the way are made. */
export function writeTool(areas: Areas, tree: Confine): Tool {
  return makeTool({
    name: 'write',
    description:
      'Create a file, or replace the whole content of one; missing folders are made. To change a part of a file use edit.',
    effect: 'acts',
    input,
    run: async ({ path, content }) => {
      const place = placeOf(areas, path);
      if ('refused' in place) return failed(place.refused);
      if (place.area === 'out') return failed('The folder of outputs is only read. Nothing was written.');
      const file = await tree.change(place.parts, true);
      if ('refused' in file) return failed(`${file.refused} Nothing was written.`);
      const trouble = await replaceContent(file, content);
      if (trouble) return failed(trouble);
      return done(
        `${file.created ? 'Created' : 'Replaced'} ${file.real}: ${Buffer.byteLength(content)} bytes.`,
      );
    },
  });
}

/**
 * Puts this content into an open file and closes it; a sentence when the disk did not take it. In place, not by a
 * temporary file and a rename: what a kill leaves behind of those would land in a commit, and a call that was
 * interrupted is told to the model anyway.
 */
export async function replaceContent(file: Opened, content: string): Promise<string | undefined> {
  try {
    await file.handle.truncate(0);
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.length; ) {
      at += (await file.handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
    }
    return undefined;
  } catch (error) {
    return `${file.real} may be only partly written: ${fileTrouble(error) ?? messageOf(error)}`;
  } finally {
    await file.handle.close();
  }
}
