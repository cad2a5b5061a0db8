import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { codeOf } from '../errors.ts';
import { isDotGitModules } from './names-of-git.ts';
import type { Objects } from './objects.ts';
import type { Repository } from './repository.ts';
import type { Problem } from './snapshot.ts';
import type { BytePath, Entry } from './trees.ts';
import { hostPath } from './walk.ts';

export interface Caps {
  /** Larger files are a problem, in bytes. */
  readonly maxFileBytes: number;
  /** Bytes that may still be taken. */
  readonly left: number;
  /** Files up to this size are hashed here; larger ones by git, so that they do not pass through our memory. */
  readonly smallUpTo: number;
}

/** What became of a path. `large`: a file whose object git is to write; `no-file`: nothing is there, or a folder. */
export type Taken =
  | { readonly is: 'entry'; readonly entry: Entry; readonly bytes: number }
  | { readonly is: 'large'; readonly mode: Entry['mode']; readonly bytes: number }
  | { readonly is: 'no-file' }
  | { readonly is: 'problem'; readonly problem: Problem };

export interface File {
  readonly path: BytePath;
  /** Blob that the tree has there. */
  readonly before: string | undefined;
}

/** Takes one file or link into the vault. The folders on its way are known to be no links; nothing else is followed. */
export function takeFile(objects: Objects, top: string, file: File, caps: Caps): Taken {
  const { path } = file;
  const host = hostPath(top, path);
  try {
    const stat = lstatSync(host, { throwIfNoEntry: false });
    if (!stat || stat.isDirectory()) return { is: 'no-file' };
    if (stat.isSymbolicLink()) return takeLink(objects, host, path);
    if (!stat.isFile()) return trouble(path, 'special-file', 'is a pipe, a socket or a device');
    // Opened without following a link, so that what is measured is what is read.
    const fd = openSync(host, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return takeOpen(objects, fd, file, caps);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR' || codeOf(error) === 'ENOENT') return { is: 'no-file' };
    return trouble(path, 'unreadable', `cannot be read (${codeOf(error) ?? 'unknown'})`);
  }
}

function takeOpen(objects: Objects, fd: number, { path, before }: File, caps: Caps): Taken {
  const stat = fstatSync(fd);
  const bytes = stat.size;
  const mode = (stat.mode & 0o100) === 0 ? '100644' : '100755';
  if (!stat.isFile()) return trouble(path, 'special-file', 'is a pipe, a socket or a device');
  if (bytes > caps.maxFileBytes) {
    return trouble(path, 'too-large', `has ${bytes} bytes; at most ${caps.maxFileBytes} are taken`);
  }
  if (bytes > caps.left)
    return trouble(path, 'total-too-large', 'is where all new and changed files together get too large');
  const linked = stat.nlink > 1;
  const hardLink = () => trouble(path, 'hard-link', `is one file under ${stat.nlink} names (hard links)`);
  if (bytes > caps.smallUpTo) return linked ? hardLink() : { is: 'large', mode, bytes };
  const body = readWhole(fd, bytes);
  // A file that got a second name and is what it was has not been changed.
  if (linked && objects.nameOf('blob', body) !== before) return hardLink();
  return { is: 'entry', bytes, entry: { path, mode, oid: objects.put('blob', body) } };
}

/** Reads to the end, but never more than was announced: a file under /proc or one that grows must not surprise us. */
function readWhole(fd: number, bytes: number): Buffer {
  const body = Buffer.alloc(bytes);
  let at = 0;
  for (let got = -1; got !== 0 && at < bytes; at += got) got = readSync(fd, body, at, bytes - at, at);
  return body.subarray(0, at);
}

function takeLink(objects: Objects, host: Buffer, path: BytePath): Taken {
  const target = readlinkSync(host, { encoding: 'latin1' }) as string;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isDotGitModules(name)) return trouble(path, 'link-out', 'is a link where git wants a file');
  const why = leadsOut(path, target);
  if (why !== undefined) return trouble(path, 'link-out', why);
  const body = Buffer.from(target, 'latin1');
  return { is: 'entry', bytes: body.length, entry: { path, mode: '120000', oid: objects.put('blob', body) } };
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

/** Lets git write the objects of files that are there; in the same order, or undefined when one of them is gone. */
export async function hashByGit(
  repo: Pick<Repository, 'vault' | 'objects'>,
  top: string,
  paths: readonly BytePath[],
): Promise<readonly string[] | undefined> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${quoted(`${Buffer.from(top).toString('latin1')}/${path}`)}\n`).join('');
  // Not synced one by one: makeDurable does that for all of them at once.
  const args = ['-c', 'core.fsync=none', 'hash-object', '-w', '--no-filters', '--stdin-paths'];
  const { code, out } = await repo.vault.answer(args, { input, ok: [0, 128] });
  if (code !== 0) return undefined;
  const oids = out.trim().split('\n');
  repo.objects.wrote(oids);
  return oids;
}

/** A path as git reads it from a line: names may hold newlines. */
function quoted(path: BytePath): string {
  const escaped = path.replace(
    /["\\\n\r\t]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
