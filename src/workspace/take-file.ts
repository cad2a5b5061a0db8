import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { codeOf } from '../errors.ts';
import { atHeldPath } from './held-folder.ts';
import { isDotGitModules } from './names-of-git.ts';
import type { Objects } from './objects.ts';
import { putLarge } from './put-large.ts';
import { type Seen, type Stamp, sameStamp, stampOf, stillHolds } from './seen.ts';
import type { Problem } from './snapshot.ts';
import type { BytePath, Entry } from './trees.ts';

export interface Caps {
  /** Larger files are a problem, in bytes. */
  readonly maxFileBytes: number;
  /** Bytes that may still be taken. */
  readonly left: number;
  /** Whether small files are left to git, because there are many of them. */
  readonly bulk: boolean;
}

/**
 * What became of a path. `bulk`: a small file whose object git is to write; `large`: one that is taken in pieces;
 * `no-file`: nothing is there, or a folder; `changing`: it was written to while it was read.
 */
export type Taken =
  | { readonly is: 'entry'; readonly entry: Entry; readonly bytes: number; readonly stamp: Stamp }
  | {
      readonly is: 'bulk' | 'large';
      readonly mode: Entry['mode'];
      readonly bytes: number;
      readonly stamp: Stamp;
    }
  | { readonly is: 'no-file' | 'changing' }
  | { readonly is: 'problem'; readonly problem: Problem };

export interface File {
  readonly path: BytePath;
  /** Blob that the tree has there. */
  readonly before: string | undefined;
  /** What an earlier look at it saw. */
  readonly seen: Seen | undefined;
}

/** Files from this size on do not pass through our memory as a whole. */
const large = 1024 * 1024;

/** Takes one file or link into the vault. No link is followed, neither at its end nor on its way. */
export function takeFile(objects: Objects, top: string, file: File, caps: Caps): Taken {
  const { path } = file;
  return attempt(path, () =>
    atHeldPath(top, path, (host) => {
      const stat = lstatSync(host, { throwIfNoEntry: false });
      if (!stat || stat.isDirectory()) return { is: 'no-file' };
      if (stat.isSymbolicLink()) return takeLink(objects, host, path, stampOf(stat));
      if (!stat.isFile()) return trouble(path, 'special-file', 'is a pipe, a socket or a device');
      return opened(host, (fd) => takeOpen(objects, fd, file, caps));
    }),
  );
}

/** Takes a file that `takeFile` found large, piece by piece. `changing` when it is not what it was then. */
export async function takeLarge(
  objects: Objects,
  top: string,
  path: BytePath,
  { mode, stamp, bytes }: Extract<Taken, { is: 'large' | 'bulk' }>,
): Promise<Taken> {
  let fd: number;
  try {
    fd = atHeldPath(top, path, openAlone);
  } catch (error) {
    return troubleOf(path, error);
  }
  try {
    const oid = sameStamp(stampOf(fstatSync(fd)), stamp) ? await putLarge(objects, fd, bytes) : undefined;
    if (oid === undefined || !sameStamp(stampOf(fstatSync(fd)), stamp)) return { is: 'changing' };
    return { is: 'entry', bytes, stamp, entry: { path, mode, oid } };
  } catch (error) {
    return troubleOf(path, error);
  } finally {
    closeSync(fd);
  }
}

/** Opened without following a link, so that what is measured is what is read. */
function openAlone(host: Buffer): number {
  return openSync(host, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

function opened<T>(host: Buffer, use: (fd: number) => T): T {
  const fd = openAlone(host);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

function attempt(path: BytePath, take: () => Taken): Taken {
  try {
    return take();
  } catch (error) {
    return troubleOf(path, error);
  }
}

function troubleOf(path: BytePath, error: unknown): Taken {
  if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ENOENT') return { is: 'no-file' };
  return trouble(path, 'unreadable', `cannot be read (${codeOf(error) ?? 'unknown'})`);
}

function takeOpen(objects: Objects, fd: number, { path, before, seen }: File, caps: Caps): Taken {
  const stat = fstatSync(fd);
  const stamp = stampOf(stat);
  const bytes = stat.size;
  const mode = (stat.mode & 0o100) === 0 ? '100644' : '100755';
  if (!stat.isFile()) return trouble(path, 'special-file', 'is a pipe, a socket or a device');
  if (bytes > caps.maxFileBytes) {
    return trouble(path, 'too-large', `has ${bytes} bytes; at most ${caps.maxFileBytes} are taken`);
  }
  if (bytes > caps.left)
    return trouble(path, 'total-too-large', 'is where all new and changed files together get too large');
  if (stat.nlink > 1) {
    // A file that got a second name and is what it was has not been changed.
    const same = bytes <= large && objects.nameOf('blob', readWhole(fd, bytes)) === before;
    const hardLink = `is one file under ${stat.nlink} names (hard links)`;
    if (!same || before === undefined) return trouble(path, 'hard-link', hardLink);
    return { is: 'entry', bytes, stamp, entry: { path, mode, oid: before } };
  }
  if (seen && stillHolds(seen, stamp))
    return { is: 'entry', bytes, stamp, entry: { path, mode, oid: seen.oid } };
  if (bytes > large || caps.bulk) return { is: bytes > large ? 'large' : 'bulk', mode, bytes, stamp };
  const body = readWhole(fd, bytes);
  if (!sameStamp(stampOf(fstatSync(fd)), stamp)) return { is: 'changing' };
  return { is: 'entry', bytes, stamp, entry: { path, mode, oid: objects.put('blob', body) } };
}

/** Reads to the end, but never more than was announced: a file under /proc or one that grows must not surprise us. */
function readWhole(fd: number, bytes: number): Buffer {
  const body = Buffer.alloc(bytes);
  let at = 0;
  for (let got = -1; got !== 0 && at < bytes; at += got) got = readSync(fd, body, at, bytes - at, at);
  return body.subarray(0, at);
}

function takeLink(objects: Objects, host: Buffer, path: BytePath, stamp: Stamp): Taken {
  const target = readlinkSync(host, { encoding: 'latin1' }) as string;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isDotGitModules(name)) return trouble(path, 'link-out', 'is a link where git wants a file');
  const why = leadsOut(path, target);
  if (why !== undefined) return trouble(path, 'link-out', why);
  const body = Buffer.from(target, 'latin1');
  const entry = { path, mode: '120000' as const, oid: objects.put('blob', body) };
  return { is: 'entry', bytes: body.length, stamp, entry };
}

/**
 * Why a link may lead out of the tree. `..` is allowed at the start only: further on it would depend on what the names
 * before it are, and those may be links themselves.
 */
export function leadsOut(path: BytePath, target: string): string | undefined {
  if (target.startsWith('/')) return `is a link to an absolute path (${printable(target)})`;
  const steps = target.split('/').filter((step) => step !== '' && step !== '.');
  const up = steps.findIndex((step) => step !== '..');
  const ups = up === -1 ? steps.length : up;
  if (ups > path.split('/').length - 1) return `is a link out of the tree (${printable(target)})`;
  if (steps.slice(ups).includes('..')) return `is a link with ".." in the middle (${printable(target)})`;
  return undefined;
}

function printable(target: string): string {
  return JSON.stringify(Buffer.from(target, 'latin1').toString('utf8').slice(0, 200)).slice(1, -1);
}

function trouble(path: BytePath, kind: Problem['kind'], detail: string): Taken {
  return { is: 'problem', problem: { path, kind, detail } };
}
