import { messageOf, codeOf as systemCode, UserError } from '../errors.ts';
import { codeOf } from './exit.ts';
import { harmless } from './harmless.ts';
import type { Paint } from './paint.ts';

/** How a failure is told and what the process ends with. A person's mistake and a bug of ours never look alike. */
export interface Told {
  readonly text: string;
  readonly code: number;
}

/** Trouble of the machine that a person can mend, by the code of the system error. */
const diskWords: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full.',
  EDQUOT: 'The disk quota is used up.',
  EROFS: 'The file system is read-only.',
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
  const full = diskWords[systemCode(error) ?? ''];
  if (full !== undefined) {
    const text = `${paint.bad('agentloop:')} ${full} (${harmless(messageOf(error))})\n  Make room, then: agentloop run   (what was accepted is kept)\n`;
    return { text, code: codeOf('cannot-start') };
  }
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
  const text =
    `${paint.bad('agentloop: this is a bug of ours.')}\n${harmless(stack)}\n` +
    `agentloop ${version}, Node ${process.version}, ${process.platform}. Nothing that was accepted is lost; "agentloop run" goes on.\n`;
  return { text, code: codeOf('bug') };
}
