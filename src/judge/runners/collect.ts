import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../errors.ts';
import type { BrokenReport, ReportFile } from './adapter.ts';

/** Most bytes of all reports of one check together. */
export const mostReportBytes = 64 * 1024 * 1024;
const mostFiles = 1000;

/**
 * Reads the files of a folder whose names are wanted. The commands could write there: only regular files directly in
 * it count, links are not followed, and there is a limit. A folder that is not there holds nothing. `among`: the paths
 * below it that are looked at, where they are known.
 */
export async function collect(
  folder: string,
  wanted: (name: string) => boolean,
  among?: readonly string[],
): Promise<readonly ReportFile[] | BrokenReport> {
  const names = [...(among ?? (await namesIn(folder)))].filter(wanted).sort();
  if (names.length > mostFiles) return { broken: `${names.length} report files are more than ${mostFiles}` };
  const files: ReportFile[] = [];
  let room = mostReportBytes;
  for (const name of names) {
    const content = await readRegular(join(folder, name), room);
    if (content === undefined)
      return { broken: `${name} is no regular file, or the reports are larger than 64 MiB` };
    room -= content.length;
    files.push({ name, text: content.toString('utf8') });
  }
  return files;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await lstat(folder)).isDirectory() ? await readdir(folder) : [];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function readRegular(file: string, room: number): Promise<Buffer | undefined> {
  // O_NONBLOCK: opening a FIFO must not wait for a writer that never comes.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    await using handle = await open(file, flags);
    const stat = await handle.stat();
    return stat.isFile() && stat.size <= room ? await handle.readFile() : undefined;
  } catch {
    return undefined;
  }
}
