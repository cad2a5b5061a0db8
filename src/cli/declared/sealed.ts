import { Argument, type Command } from 'commander';
import type { Flags } from '../flags.ts';
import { type Page, sealedDirOption } from './options.ts';

/** `agentloop sealed`, which belongs to what a person reviews. */
export function declareSealed(program: Command, { io, version, end }: Page): void {
  program
    .command('sealed')
    .summary('tests that no brain gets to see: list, show, drop')
    .description(
      'Tests that no brain gets to see. list: titles by feature; show <feature>: the files; drop <feature> [title or file]: takes them out.',
    )
    .addArgument(new Argument('[action]', 'what to do').choices(['list', 'show', 'drop']).default('list'))
    .argument('[feature]', 'id of a feature')
    .argument('[what...]', 'drop: the title of a test or the path of a file (default: all of the feature)')
    .addOption(sealedDirOption())
    .action(async (action: string, feature: string | undefined, what: string[], flags: Flags) => {
      const words = { action, feature, what: what.length === 0 ? undefined : what.join(' ') };
      end(await (await import('../commands/sealed.ts')).sealed(io, words, flags, version));
    });
}
