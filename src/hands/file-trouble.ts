import { codeOf } from '../errors.ts';

/** Largest file that is read whole to change a part of it. */
export const maxChangeBytes = 5 * 1024 * 1024;

export function tooLarge(real: string, size: number): string {
  return `${real} has ${size} bytes; files above ${maxChangeBytes} bytes are changed through bash.`;
}

const sentences: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied: the mode of the file or its folder forbids it.',
  EPERM: 'The system does not permit it on this file.',
  EROFS: 'It stands on a part of the workspace that is read-only (dependency folders are).',
  ENOSPC: 'There is no space left on the disk.',
  ENAMETOOLONG: 'A name in this path is too long.',
  ENOENT: 'It, or a folder on the way to it, is gone.',
  EEXIST: 'Something else appeared at this path meanwhile: look again.',
  ELOOP: 'It was replaced by a link while it was being opened.',
  ENOTDIR: 'A part of this path is not a folder.',
  EISDIR: 'It is a folder.',
  ENXIO: 'It is not a regular file.',
  ETXTBSY: 'It is a program that is running.',
  EFBIG: 'It is too large.',
  EIO: 'The disk reported an error.',
  EINVAL: 'The file system does not take this name.',
};

/** What a system error means for the model, without paths of the machine; undefined when it is no such error. */
export function fileTrouble(error: unknown): string | undefined {
  return sentences[codeOf(error) ?? ''];
}
