import { type Argument, Command, Option } from 'commander';
import { exitHelp, failable } from './exit.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';
import { outputChoices } from './output.ts';

const examples = `Examples:
  agentloop init "a todo list for the terminal, in Node"   write the plan: what is done when
  agentloop run --max-cost 5 --until 07:30                 work until every feature passes, or a limit is met
  agentloop report                                         what landed, what was refused and why, what it cost
`;

/**
 * All commands on one page. Each loads its own file when it is called, so that asking for help or status costs no
 * more than it must. `end` hears the exit code.
 */
export function commands(io: Io, version: string, end: (code: number) => void): Command {
  const program = new Command('agentloop')
    .description('Leave it running overnight. Believe it in the morning.')
    .usage('<command> [options]')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this, or the help of a command')
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(shown)].join(' '),
    })
    .addHelpText('before', examples)
    .addHelpText('after', `\nExit codes:\n${exitHelp()}\n\nagentloop alone says where things stand.`);
  const whichRun = ['[run]', 'name of a run (default: the live one, else the latest)'] as const;
  const output = () =>
    new Option('--output <mode>', `how to talk: ${outputChoices.join(', ')}`).default('auto');

  program.commandsGroup('Start:');
  brainOptions(program.command('init'))
    .description('write the plan: features, how each is proven, how to check')
    .argument('[spec]', 'what you want built: words, the path of a file, or - for stdin')
    .option('--plan <file>', 'take an existing plan instead; needs no brain')
    .option('--check <command>', 'a command that must succeed (may be given several times)', repeat)
    .option('--force', 'replace what an earlier init has written; the difference is shown')
    .addOption(output())
    .action(async (spec: string | undefined, flags: Flags) => {
      end(await (await import('./commands/init.ts')).init(io, spec, flags, version));
    });
  brainOptions(program.command('run'))
    .summary('work until every feature passes or a limit is met')
    .description(
      'Work until every feature passes or a limit is met. An unfinished run goes on; new flags replace old ones.',
    )
    .option('--max-sessions <number>', 'sessions for the whole run')
    .option('--max-duration <time>', 'time for this invocation, such as 8h or 1h30m')
    .option('--until <HH:MM>', 'local time at which this invocation stops')
    .option('--name <name>', 'name of the run (default: the date)')
    .option('--new', 'start a new run though the last one is not finished or merged')
    .option('--base <ref>', 'start a new run from here')
    .option('--branch <name>', 'the run branch in your repository, with {run} in its name')
    .option(
      '--fail-on <ends>',
      `for CI: these ends exit 1, the others of them 0: ${failable.join(',')}; or none`,
    )
    .addOption(output())
    .action(async (flags: Flags) => {
      end(await (await import('./commands/run.ts')).run(io, flags, version));
    });
  program
    .command('demo')
    .summary('all of it, offline, on a sample repository')
    .description('All of it on a sample repository, offline: honest work, a lie, a brain that dies.')
    .addOption(output())
    .action(async (flags: Flags) => {
      end(await (await import('./commands/demo.ts')).demo(io, flags, version));
    });

  program.commandsGroup('Watch:');
  program
    .command('status')
    .description('where the run stands, and the next sensible command')
    .argument(...whichRun)
    .option('--json', 'the same for programs')
    .option('--watch', 'stay, and show what happens')
    .action(async (run: string | undefined, flags: Flags) => {
      end(await (await import('./commands/status.ts')).status(io, run, flags));
    });
  program
    .command('events')
    .description('the ledger of a run, one JSON object a line')
    .argument(...whichRun)
    .option('--since <number>', 'only events after the one of this number')
    .option('--follow', 'stay, and print new events as they come')
    .action(async (run: string | undefined, flags: Flags) => {
      end(await (await import('./commands/events.ts')).events(io, run, flags));
    });
  program
    .command('transcript')
    .description('everything said and done in a session')
    .argument('<session>', 'number of the session')
    .argument(...whichRun)
    .option('--json', 'the same for programs, uncut')
    .action(async (session: string, run: string | undefined, flags: Flags) => {
      end(await (await import('./commands/transcript.ts')).transcript(io, session, run, flags));
    });

  program.commandsGroup('Steer:');
  program
    .command('pause')
    .description('let the running session end and start no other')
    .action(async () => end(await (await import('./commands/pause.ts')).pause(io)));
  program
    .command('resume')
    .description('go on after a pause')
    .action(async () => end(await (await import('./commands/pause.ts')).resume(io)));
  program
    .command('stop')
    .description('stop the run after this session')
    .option('--now', 'save the work and stop at once')
    .action(async (flags: Flags) => end(await (await import('./commands/stop.ts')).stop(io, flags)));
  program
    .command('answer')
    .description('answer a feature that waits for you or is blocked; it is tried again')
    .argument('<feature>', 'its id')
    .argument('<words...>', 'your answer')
    .action(async (feature: string, words: string[]) => {
      end(await (await import('./commands/answer.ts')).answer(io, feature, words));
    });
  program
    .command('note')
    .description('say something to the sessions to come')
    .argument('<words...>', 'what they should know')
    .option('--feature <id>', 'only to sessions on this feature')
    .action(async (words: string[], flags: Flags) => {
      end(await (await import('./commands/answer.ts')).note(io, words, flags));
    });

  program.commandsGroup('Review:');
  program
    .command('report')
    .description('what landed, what was refused and why, what is left, what it cost')
    .argument(...whichRun)
    .option('--format <format>', 'md or json', 'md')
    .action(async (run: string | undefined, flags: Flags) => {
      end(await (await import('./commands/report.ts')).report(io, run, flags));
    });

  program.commandsGroup('Look after:');
  program
    .command('doctor')
    .description('whether a run could start here, and what to do where not')
    .option('--json', 'the same for programs')
    .action(async (flags: Flags) => end(await (await import('./commands/doctor.ts')).doctor(io, flags)));
  program
    .command('config')
    .description('every option and the value in effect')
    .option('--show-origin', 'and who set it')
    .option('--json', 'the same for programs')
    .action(async (flags: Flags) => end(await (await import('./commands/config.ts')).config(io, flags)));
  program
    .command('clean')
    .summary('remove the workspaces of this repository, or the records of runs')
    .description(
      'Remove the workspaces of this repository (they are made anew when needed), or the records of finished runs.',
    )
    .option('--cache', 'the workspaces (the default)')
    .option('--runs', 'the records of finished runs')
    .option('--force', 'also what holds unsaved work, and runs that are not finished')
    .action(async (flags: Flags) => end(await (await import('./commands/clean.ts')).clean(io, flags)));
  program.helpCommand('help [command]', 'print this, or the help of a command');
  return program;
}

/** What `init` and `run` share: who thinks, how far it may go in a session, what it may reach. */
function brainOptions(command: Command): Command {
  return command
    .option('--brain <brain>', 'anthropic, command:<shell command> or scripted:<file>')
    .option('--model <model>', 'model of the anthropic brain')
    .option('--effort <effort>', 'how hard the model thinks: low, medium, high, xhigh, max')
    .option('--max-cost <dollars>', 'US dollars for the whole run')
    .option('--allow-unknown-cost', 'go on under a cap though the price of the brain is not known')
    .option('--session-turns <number>', 'model calls in one session')
    .option('--session-cost <dollars>', 'US dollars for one session')
    .option('--session-time <time>', 'time for one session, such as 30m')
    .option('--fence <mode>', 'auto, bubblewrap or none')
    .option('--pass-env <name>', 'a variable a command brain gets (may be given several times)', repeat)
    .option(
      '--pass-home <path>',
      'a path in HOME a command brain may read (may be given several times)',
      repeat,
    );
}

/** An argument as the help shows it: `<needed>`, `[optional]`, `<several...>`. */
function shown(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function repeat(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
