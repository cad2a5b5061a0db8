import type { Command } from 'commander';
import type { Flags } from '../flags.ts';
import { type Page, whichRun } from './options.ts';

/** What only looks at a run. */
export function declareWatch(program: Command, { io, end }: Page): void {
  program.commandsGroup('Watch:');
  program
    .command('status')
    .description('where the run stands, and the next sensible command')
    .argument(...whichRun)
    .option('--json', 'the same for programs')
    .option('--watch', 'stay, and show what happens')
    .action(async (run: string | undefined, flags: Flags) => {
      end(await (await import('../commands/status.ts')).status(io, run, flags));
    });
  program
    .command('events')
    .description('the ledger of a run, one JSON object a line')
    .argument(...whichRun)
    .option('--since <number>', 'only events after the one of this number')
    .option('--follow', 'stay, and print new events as they come')
    .option('--check', 'prove that no line was changed, and that what it speaks of is still there')
    .action(async (run: string | undefined, flags: Flags) => {
      if (flags['check']) {
        end(await (await import('../commands/check-trail.ts')).checkTrail(io, run, flags));
      } else end(await (await import('../commands/events.ts')).events(io, run, flags));
    });
  program
    .command('transcript')
    .description('everything said and done in a session')
    .argument('<session>', 'number of the session, or who was asked beside it, such as 3.examiner')
    .argument(...whichRun)
    .option('--json', 'the same for programs, uncut')
    .action(async (session: string, run: string | undefined, flags: Flags) => {
      end(await (await import('../commands/transcript.ts')).transcript(io, session, run, flags));
    });
}
