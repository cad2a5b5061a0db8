import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { type Outcome, outcomeCap } from '../outcome.ts';

/**
 * Puts an outcome where the harness looks for it, whole or not at all: whoever reads meanwhile finds the old one or the
 * new one, and a link that stands there is replaced, never followed. Gives a sentence when it could not. Never throws.
 */
export async function writeOutcome(file: string, outcome: Partial<Outcome>): Promise<string | undefined> {
  const text = `${JSON.stringify(outcome)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > outcomeCap)
    return `This is too long: ${bytes} bytes, and ${outcomeCap} are taken. Say it in fewer words. Nothing was claimed.`;
  const draft = join(dirname(file), `.outcome-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(draft, flags, 0o644);
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    return undefined;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    return `It could not be written to ${file}: ${messageOf(error)}. Nothing was claimed; end with your words as your last message.`;
  }
}
