import { lstat, rm } from 'node:fs/promises';
import { codeOf } from '../errors.ts';
import { confine, type Opened, type Refusal } from '../hands/confine.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * What a script does to the files of a workspace, by the same way as the file tools of our own brain: no link in the
 * workspace leads any of it out. Every failure is thrown as a sentence.
 */

/** Writes a file and the folders above it. Without `mode` an existing file keeps its own, and a new one gets 644. */
export async function writeIn(
  workspace: Workspace,
  path: string,
  content: Buffer | string,
  mode?: number,
): Promise<void> {
  const found = await confine(workspace).change(path.split('/'), true);
  await withFile(found, async ({ handle, created }) => {
    await replace(handle, content);
    if (mode !== undefined || created) await handle.chmod(mode ?? 0o644);
  });
}

/** Replaces `old` by `new`: where it occurs exactly once, or everywhere. */
export async function editIn(
  workspace: Workspace,
  edit: { readonly path: string; readonly old: string; readonly new: string; readonly all: boolean },
): Promise<void> {
  const found = await confine(workspace).change(edit.path.split('/'), false);
  await withFile(found, async ({ handle }) => {
    const pieces = (await handle.readFile('utf8')).split(edit.old);
    const times = pieces.length - 1;
    if (times === 0) throw new Error(`${edit.path} does not contain the text to replace`);
    if (times > 1 && !edit.all) throw new Error(`${edit.path} contains the text to replace ${times} times`);
    await replace(handle, pieces.join(edit.new));
  });
}

/** Deletes a file, a link (not what it points to) or a whole folder. */
export async function deleteIn(workspace: Workspace, path: string): Promise<void> {
  const parts = path.split('/');
  const folder = accepted(await confine(workspace).folder(parts.slice(0, -1)));
  try {
    const name = `${folder.at}/${parts.at(-1)}`;
    await lstat(name).catch((error: unknown) => {
      throw codeOf(error) === 'ENOENT' ? new Error(`${path} is not there`) : error;
    });
    await rm(name, { recursive: true });
  } finally {
    await folder.close();
  }
}

async function withFile(found: Opened | Refusal, use: (file: Opened) => Promise<void>): Promise<void> {
  const file = accepted(found);
  try {
    await use(file);
  } finally {
    await file.handle.close();
  }
}

async function replace(handle: Opened['handle'], content: Buffer | string): Promise<void> {
  const bytes = Buffer.from(content);
  await handle.truncate(0);
  // By position: the handle may have been read to its end.
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, null, at)).bytesWritten;
}

function accepted<T extends object>(found: T | Refusal): T {
  if ('refused' in found) throw new Error(found.refused.replace(/\.$/, ''));
  return found;
}
