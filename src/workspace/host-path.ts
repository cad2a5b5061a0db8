import type { BytePath } from './trees.ts';

/** The bytes of a path below a folder, as the file system wants them. */
export function hostPath(top: string, path: BytePath): Buffer {
  return path === ''
    ? Buffer.from(top)
    : Buffer.concat([Buffer.from(`${top}/`), Buffer.from(path, 'latin1')]);
}
