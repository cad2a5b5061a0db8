import { UserError } from '../errors.ts';
import type { Io } from './io.ts';
import { wantsColour } from './output.ts';
import { makePaint } from './paint.ts';
import { tell } from './trouble.ts';

/** Does what the command line says. Gives the exit code; every failure has been told on stderr. Never throws. */
export async function program(io: Io, version: string): Promise<number> {
  if (io.env['GITHUB_ACTIONS'] !== 'true' || io.runner !== undefined) return said(io, version);
  const runner = (await import('./ci/workflow-command.ts')).stopCommands(io);
  try {
    // Its streams are opened when they are first used: a plain copy would open them.
    const own = Object.defineProperties({}, Object.getOwnPropertyDescriptors(io)) as Io;
    return await said(Object.assign(own, { runner }), version);
  } finally {
    runner.hearAgain();
  }
}

async function said(io: Io, version: string): Promise<number> {
  try {
    if (io.platform === 'win32') {
      throw new UserError(
        'agentloop does not run on native Windows.',
        'Use WSL: wsl --install',
        'cannot-start',
      );
    }
    // An agent CLI waits for it before its first request.
    if (io.argv.length === 1 && io.argv[0] === 'mcp') {
      return await (await import('./commands/mcp.ts')).mcp(io, version);
    }
    const asked = plainStatus(io.argv);
    if (!asked) return await (await import('./parse.ts')).parse(io, version);
    const { home, status } = await import('./commands/status.ts');
    return io.argv.length === 0 ? await home(io) : await status(io, asked.run, {});
  } catch (error) {
    const paint = await makePaint(wantsColour(io.env, io.stderr.isTTY === true));
    const told = tell(error, paint, version);
    io.stderr.write(told.text);
    return told.code;
  }
}

/**
 * The question that is asked most, without any option: `agentloop`, `agentloop status`, `agentloop status <run>`.
 * To load commander and the page of commands for it would cost as much again as the answer.
 */
function plainStatus(argv: readonly string[]): { readonly run: string | undefined } | undefined {
  const [command, run, ...more] = argv;
  if (command === undefined) return { run: undefined };
  return command === 'status' && more.length === 0 && !run?.startsWith('-') ? { run } : undefined;
}
