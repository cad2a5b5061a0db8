import { type Command, Option } from 'commander';
import { brainForms } from '../../config-brains.ts';
import { platforms, shapes } from '../ci/workflow.ts';
import { failable } from '../exit.ts';
import type { Flags } from '../flags.ts';
import { brainOptions, outputOption, type Page, repeat } from './options.ts';

/** What begins something. */
export function declareStart(program: Command, { io, end, version }: Page): void {
  program.commandsGroup('Start:');
  brainOptions(program.command('init'))
    .description('write the plan: features, how each is proven, how to check')
    .argument('[spec]', 'what you want built: words, the path of a file, or - for stdin')
    .option('--plan <file>', 'take an existing plan instead; needs no brain')
    .option('--check <command>', 'a command that must succeed (may be given several times)', repeat)
    .option('--sealed', 'let the examiner (or this brain) write sealed tests for all features')
    .option('--force', 'replace what an earlier init has written; the difference is shown')
    .addOption(outputOption())
    .action(async (spec: string | undefined, flags: Flags) => {
      end(await (await import('../commands/init.ts')).init(io, spec, flags, version));
    });
  brainOptions(program.command('run'))
    .summary('work until every feature passes or a limit is met')
    .description(
      'Work until every feature passes or a limit is met. An unfinished run goes on; new flags replace old ones.',
    )
    .option('--max-sessions <number>', 'sessions for the whole run')
    .option('--max-duration <time>', 'time for this invocation, such as 8h or 1h30m')
    .option('--until <time>', 'when this invocation stops: 06:30, "06:30 Europe/Berlin" or an instant')
    .option('--name <name>', 'name of the run (default: the date)')
    .option('--new', 'start a new run though the last one is not finished or merged')
    .option('--base <ref>', 'start a new run from here')
    .option('--push-checkpoints <remote>', 'push run branch, unfinished work and a copy of the ledger there')
    .option('--from <remote>', 'take up a run whose checkpoints another machine has pushed there')
    .option(
      '--resume <how>',
      'auto: the unfinished run of the remote (that of --push-checkpoints, else origin), else a new one',
    )
    .option(
      '--skip-gate <name>',
      'a gate that may be red though nobody looks (may be given several times)',
      repeat,
    )
    .option('--branch <name>', 'the run branch in your repository, with {run} in its name')
    .option(
      '--fail-on <ends>',
      `for CI: these ends exit 1, the others of them 0: ${failable.join(',')}; or none`,
    )
    .addOption(outputOption())
    .action(async (flags: Flags) => {
      end(await (await import('../commands/run.ts')).run(io, flags, version));
    });
  program
    .command('ci')
    .summary('print a workflow that does this every night in CI')
    .description(
      'Print a workflow that works on this repository every night in CI and asks for a review: docs/ci.md. simple: one job, ' +
        'which pushes after every session. split: the job with the key of the model may only read, and another one judges ' +
        'its work again before it pushes.',
    )
    .argument('<platform>', platforms.join(' or '))
    .addOption(new Option('--shape <shape>', shapes.join(' or ')).default('simple'))
    .option('--brain <brain>', brainForms)
    .option('--secret <name>', 'the variable with the key of its model, where that is not known')
    .option('--out <file>', 'write it there instead of stdout')
    .action(async (platform: string, flags: Flags) => {
      end(await (await import('../commands/ci.ts')).ci(io, platform, flags, version));
    });
  program
    .command('demo')
    .summary('all of it, offline, on a sample repository')
    .description('All of it on a sample repository, offline: honest work, a lie, a brain that dies.')
    .addOption(outputOption())
    .action(async (flags: Flags) => {
      end(await (await import('../commands/demo.ts')).demo(io, flags, version));
    });
}
