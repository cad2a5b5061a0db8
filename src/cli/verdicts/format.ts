import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { messageOf, UserError } from '../../errors.ts';
import { didYouMean } from '../../project/did-you-mean.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';

/** How `judge` and `verify` say what they found. */
export const formats = ['text', 'json', 'markdown', 'junit'] as const;
export type Format = (typeof formats)[number];

/** The value of `--format`. UserError for one that is none. */
export function formatOf({ format = 'text' }: Flags): Format {
  const known = formats.find((one) => one === format);
  if (known) return known;
  const near = didYouMean(String(format), formats);
  throw new UserError(
    `--format: "${String(format)}" is not one of its formats.${near ? ` Did you mean ${near}?` : ''}`,
    `Formats: ${formats.join(', ')}.`,
  );
}

/** Prints it, or with `--out` writes it into that file. UserError when the file cannot be written. */
export async function hand(io: Io, { out }: Flags, text: string): Promise<void> {
  if (typeof out !== 'string') {
    io.stdout.write(text);
    return;
  }
  try {
    await writeFile(path.resolve(io.cwd, out), text);
  } catch (error) {
    throw new UserError(
      `--out: ${out} cannot be written: ${messageOf(error)}.`,
      'Name a file in a folder that is there.',
    );
  }
}
