import { createInterface } from 'node:readline/promises';
import { UserError } from '../errors.ts';
import { isCi } from '../loop/ci.ts';
import type { Io } from './io.ts';

/**
 * Asks the person at the terminal whether this may leave the machine. `yes` (the flag) and CI have said so already; where
 * nobody can be asked it is refused with a UserError, and so it is where the answer is no.
 */
export async function approve(io: Io, yes: boolean, what: readonly string[]): Promise<void> {
  if (yes || isCi(io.env)) return;
  const list = what.map((one) => `  ${one}\n`).join('');
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true)
    throw new UserError(
      `This would leave your machine, and nobody can be asked:\n${list.trimEnd()}`,
      'Say it with --yes.',
    );
  io.stderr.write(`This leaves your machine:\n${list}`);
  const lines = createInterface({ input: io.stdin, terminal: false });
  try {
    io.stderr.write('Go on? [y/N] ');
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new UserError('Nothing has left your machine.', 'agentloop pr --yes   (does not ask)');
  } finally {
    lines.close();
  }
}
