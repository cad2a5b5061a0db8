import type { Command } from 'commander';
import type { Flags } from '../flags.ts';
import type { Page } from './options.ts';

/** What says something to a run. */
export function declareSteer(program: Command, { io, end }: Page): void {
  program.commandsGroup('Steer:');
  program
    .command('pause')
    .description('let the running session end and start no other')
    .action(async () => end(await (await import('../commands/pause.ts')).pause(io)));
  program
    .command('resume')
    .description('go on after a pause; where a provider is waited for, try now')
    .action(async () => end(await (await import('../commands/pause.ts')).resume(io)));
  program
    .command('stop')
    .description('stop the run after this session')
    .option('--now', 'save the work and stop at once')
    .action(async (flags: Flags) => end(await (await import('../commands/stop.ts')).stop(io, flags)));
  program
    .command('answer')
    .description('answer a feature that waits for you or is blocked; it is tried again')
    .argument('<feature>', 'its id')
    .argument('<words...>', 'your answer')
    .action(async (feature: string, words: string[]) => {
      end(await (await import('../commands/answer.ts')).answer(io, feature, words));
    });
  program
    .command('note')
    .description('say something to the sessions to come')
    .argument('<words...>', 'what they should know')
    .option('--feature <id>', 'only to sessions on this feature')
    .action(async (words: string[], flags: Flags) => {
      end(await (await import('../commands/answer.ts')).note(io, words, flags));
    });
}
