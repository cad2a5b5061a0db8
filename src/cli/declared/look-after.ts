import type { Command } from 'commander';
import type { Flags } from '../flags.ts';
import type { Page } from './options.ts';

/** What looks after the machine and what runs leave on it. */
export function declareLookAfter(program: Command, { io, end, version }: Page): void {
  program.commandsGroup('Look after:');
  program
    .command('doctor')
    .description('whether a run could start here, and what to do where not')
    .option('--json', 'the same for programs: schema/doctor.schema.json')
    .option('--brain <brain>', 'look at this brain in place of the configured one')
    .option('--quick', 'without running init.sh and the checks')
    .option('--ci', 'judge it as a run that nobody looks at: red gates exit 3')
    .option('--fix', 'mend what can be mended safely, and say what was done')
    .option('--orphans', 'end and remove what an agentloop that was killed has left, and nothing else')
    .action(async (flags: Flags) => {
      end(await (await import('../commands/doctor.ts')).doctor(io, flags, version));
    });
  program
    .command('brains')
    .description('who can think here: what is installed, logged in and supported')
    .option('--json', 'the same for programs: schema/brains.schema.json')
    .action(async (flags: Flags) => {
      end(await (await import('../commands/brains.ts')).brains(io, flags, version));
    });
  program
    .command('config')
    .description('every option and the value in effect')
    .option('--show-origin', 'and who set it')
    .option('--json', 'the same for programs')
    .action(async (flags: Flags) => end(await (await import('../commands/config.ts')).config(io, flags)));
  program
    .command('notify')
    .summary('who is told while nobody looks')
    .description('Who is told at the end, when a feature waits for a person, and when one is given up.')
    .option('--test', 'send a message to each of them')
    .action(async (flags: Flags) => {
      end(await (await import('../commands/notify.ts')).notify(io, flags, version));
    });
  program
    .command('clean')
    .summary('remove the workspaces of this repository, or the records of runs')
    .description(
      'Remove the workspaces of this repository (they are made anew when needed), or the records of finished runs.',
    )
    .option('--cache', 'the workspaces (the default)')
    .option('--runs', 'the records of finished runs')
    .option('--force', 'also what holds unsaved work, and runs that are not finished')
    .action(async (flags: Flags) => end(await (await import('../commands/clean.ts')).clean(io, flags)));
  program
    .command('mcp')
    .summary('the MCP server that a brain claims through')
    .description(
      'The MCP server that a brain claims through, on stdin and stdout. Agent CLIs start it in a session.',
    )
    .action(async () => end(await (await import('../commands/mcp.ts')).mcp(io, version)));
}
