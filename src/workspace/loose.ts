import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { codeOf } from '../errors.ts';

export type ObjectType = 'blob' | 'tree' | 'commit';

export interface GitObject {
  readonly type: ObjectType;
  readonly body: Buffer;
}

/** Where an object stands in an object folder when it is a file of its own. */
export function loosePath(oid: string): string {
  return `${oid.slice(0, 2)}/${oid.slice(2)}`;
}

let made = 0;
/** A name beside a file, to write it under before it appears; its folder is made. Git cleans such names up. */
export function halfOf(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  made += 1;
  return join(dirname(file), `tmp_obj_${process.pid}_${made}`);
}

/** Writes an object as git does: a header and the body, deflated. It appears whole, but is not synced. */
export function writeLoose(file: string, { type, body }: GitObject): void {
  const header = Buffer.from(`${type} ${body.length}\0`);
  const half = halfOf(file);
  try {
    writeFileSync(half, deflateSync(Buffer.concat([header, body]), { level: 1 }), {
      mode: 0o444,
      flag: 'wx',
    });
    renameSync(half, file);
  } catch (error) {
    // What a full disk has taken of it is room that is needed now.
    rmSync(half, { force: true });
    throw error;
  }
}

/** Reads one; undefined when there is no such file. Throws when it is broken. */
export function readLoose(file: string): GitObject | undefined {
  let data: Buffer;
  try {
    data = readFileSync(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const whole = inflateSync(data);
  const type = whole.toString('latin1', 0, whole.indexOf(' ')) as ObjectType;
  return { type, body: whole.subarray(whole.indexOf(0) + 1) };
}

/** Whether a file is there and a power cut left all of it. */
export function isWhole(file: string): boolean {
  try {
    return readLoose(file) !== undefined;
  } catch {
    return false;
  }
}

/** Waits until a file is on the disk. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
