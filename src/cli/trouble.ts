import { messageOf, UserError } from '../errors.ts';
import { codeOf } from './exit.ts';
import { harmless } from './harmless.ts';
import type { Paint } from './paint.ts';

/** How a failure is told and what the process ends with. A person's mistake and a bug of ours never look alike. */
export interface Told {
  readonly text: string;
  readonly code: number;
}

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
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
  const text =
    `${paint.bad('agentloop: this is a bug of ours.')}\n${harmless(stack)}\n` +
    `agentloop ${version}, Node ${process.version}, ${process.platform}. Nothing that was accepted is lost; "agentloop run" goes on.\n`;
  return { text, code: codeOf('bug') };
}
