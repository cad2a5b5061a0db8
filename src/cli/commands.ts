import { type Argument, Command } from 'commander';
import { declareLookAfter } from './declared/look-after.ts';
import { declareReview } from './declared/review.ts';
import { declareSealed } from './declared/sealed.ts';
import { declareStart } from './declared/start.ts';
import { declareSteer } from './declared/steer.ts';
import { declareWatch } from './declared/watch.ts';
import { exitHelp } from './exit.ts';
import type { Io } from './io.ts';

const examples = `Examples:
  agentloop init "a todo list for the terminal, in Node"   write the plan: what is done when
  agentloop run --max-cost 5 --until 07:30                 work until every feature passes, or a limit is met
  agentloop report                                         what landed, what was refused and why, what it cost
`;

/**
 * All commands, group by group as the help shows them; `declared/` has a page for each group. A command loads its own
 * file when it is called, so that asking for help or status costs no more than it must. `end` hears the exit code.
 */
export function commands(io: Io, version: string, end: (code: number) => void): Command {
  const program = new Command('agentloop')
    .description('Leave it running overnight. Believe it in the morning.')
    .usage('<command> [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this, or the help of a command')
    .configureHelp({
      // A third one stands in the help of the command itself: here it would make every line narrower.
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.slice(0, 2).map(shown)].join(' '),
    })
    .addHelpText('before', examples)
    .addHelpText('after', `\nExit codes:\n${exitHelp()}\n\nagentloop alone says where things stand.`);
  const page = { io, version, end };
  declareStart(program, page);
  declareWatch(program, page);
  declareSteer(program, page);
  declareReview(program, page);
  declareSealed(program, page);
  declareLookAfter(program, page);
  program.helpCommand('help [command]', 'print this, or the help of a command');
  return program;
}

/** An argument as the help shows it: `<needed>`, `[optional]`, `<several...>`. */
function shown(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}
