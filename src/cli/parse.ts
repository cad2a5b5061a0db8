import { CommanderError } from 'commander';
import { messageOf, UserError } from '../errors.ts';
import { didYouMean } from '../project/did-you-mean.ts';
import { commands } from './commands.ts';
import type { Io } from './io.ts';

/** Reads a command line with commander and does what it says. UserError for one that is mistyped. */
export async function parse(io: Io, version: string): Promise<number> {
  let code = 0;
  const page = commands(io, version, (ended) => {
    code = ended;
  });
  for (const command of [page, ...page.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // Told by `program`, like every other mistake.
      writeErr: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? 100,
    });
  }
  try {
    await page.parseAsync([...io.argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw mistake(
      error,
      io.argv,
      page.commands.map((command) => command.name()),
    );
  }
}

/** What commander says about a mistyped command line, in our words. */
function mistake(error: CommanderError, argv: readonly string[], names: readonly string[]): UserError {
  // `help` followed by a word that is no command: commander only says that it printed the help, which nobody asked for.
  if (error.code === 'commander.help') {
    const near = didYouMean(argv[1] ?? '', names);
    const sentence = `Unknown command '${argv[1]}'.`;
    return new UserError(near ? `${sentence} Did you mean ${near}?` : sentence, 'agentloop --help');
  }
  const [said = '', ...rest] = messageOf(error)
    .replace(/^error: /, '')
    .split('\n');
  const meant = /Did you mean (.+)\?/.exec(rest.join(' '))?.[1];
  const sentence = `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.?!]$/.test(said) ? '' : '.'}`;
  const command = names.find((name) => name === argv[0]);
  return new UserError(
    meant === undefined ? sentence : `${sentence} Did you mean ${meant}?`,
    command === undefined ? 'agentloop --help' : `agentloop ${command} --help`,
  );
}
