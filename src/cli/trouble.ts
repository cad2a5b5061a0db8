import { messageOf, codeOf as systemCode, UserError } from '../errors.ts';
import { codeOf } from './exit.ts';
import { harmless } from './harmless.ts';
import type { Paint } from './paint.ts';

/** How a failure is told and what the process ends with. A person's mistake and a bug of ours never look alike. */
export interface Told {
  readonly text: string;
  readonly code: number;
}

const room = 'Make room, then: agentloop run   (what was accepted is kept)';
const rights =
  'Mend owner, permissions or how it is mounted, then: agentloop run   (what was accepted is kept)';

/** Trouble of the machine that a person can mend, by the code of the system error: what it is, and what to do. */
const machine: Readonly<Record<string, readonly [what: string, help: string]>> = {
  ENOSPC: ['The disk is full.', room],
  EDQUOT: ['The disk quota is used up.', room],
  EFBIG: [
    'A file would become larger than this shell or file system lets it.',
    'Raise the limit (ulimit -f unlimited), then: agentloop run   (what was accepted is kept)',
  ],
  EROFS: ['The file system is read-only.', rights],
  EACCES: ['A file or folder may not be used.', rights],
  EPERM: ['A file or folder may not be used.', rights],
  EIO: ['The disk fails.', 'See to the disk, then: agentloop run   (what was accepted is kept)'],
};

/** What to print on stderr for anything that was thrown. */
export function tell(error: unknown, paint: Paint, version: string): Told {
  if (error instanceof UserError) {
    const message = `${paint.bad('agentloop:')} ${harmless(error.message)}`;
    const help = harmless(error.help)
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n');
    return { text: `${message}\n${help}\n`, code: codeOf(error.exit) };
  }
  const known = machine[systemCode(error) ?? ''];
  if (known !== undefined) {
    const [what, help] = known;
    const text = `${paint.bad('agentloop:')} ${what} (${harmless(messageOf(error))})\n  ${help}\n`;
    return { text, code: codeOf('cannot-start') };
  }
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
  const text =
    `${paint.bad('agentloop: this is a bug of ours.')}\n${harmless(stack)}\n` +
    `agentloop ${version}, Node ${process.version}, ${process.platform}. Nothing that was accepted is lost; "agentloop run" goes on.\n`;
  return { text, code: codeOf('bug') };
}
