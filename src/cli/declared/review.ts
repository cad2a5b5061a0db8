import { type Command, Option } from 'commander';
import type { Flags } from '../flags.ts';
import { reportFormats } from '../packet/report-formats.ts';
import { formats } from '../verdicts/format.ts';
import { brainOptions, outputOption, type Page, repeat, sealedDirOption, whichRun } from './options.ts';

/** What tells whether to believe a run. */
export function declareReview(program: Command, { io, version, end }: Page): void {
  program.commandsGroup('Review:');
  program
    .command('report')
    .description('what landed, what was refused and why, what is left, what it cost')
    .argument(...whichRun)
    .addOption(new Option('--format <format>', reportFormats.join(', ')).default('md'))
    .option('--out <file>', 'write it there instead of stdout')
    .action(async (run: string | undefined, flags: Flags) => {
      end(await (await import('../commands/report.ts')).report(io, run, flags));
    });
  program
    .command('metrics')
    .summary('what all runs of this repository have brought and cost')
    .description(
      'What all runs of this repository have brought: features accepted and what each cost, how many at the first claim, ' +
        'refused claims, regressions caught, rework within 14 days by the trailers of the history, cycle time. --otlp sends ' +
        'their traces to an OpenTelemetry collector: names, figures and codes, no word of a model.',
    )
    .addOption(new Option('--format <format>', 'table, json or openmetrics').default('table'))
    .option('--since <when>', 'only runs that began since: 2026-11-01, 30d, 12h')
    .option('--otlp [address]', 'send traces there, over HTTP (default: OTEL_EXPORTER_OTLP_ENDPOINT)')
    .option('--out <file>', 'write it there instead of stdout')
    .action(async (flags: Flags) => {
      end(await (await import('../commands/metrics.ts')).metrics(io, flags, version));
    });
  program
    .command('pr')
    .summary('open or update draft pull requests for what landed')
    .description(
      'Push what landed and open a draft pull request for it, or bring the one that is there up to date: body, comment, ' +
        'labels, check. Nothing is merged, marked as ready, or pushed over the work of others. Without a forge: ' +
        'PULL_REQUEST.md and a git bundle. See docs/pull-requests.md.',
    )
    .argument(...whichRun)
    .option('--push <remote>', 'the remote to push to (default: forge.remote, which is origin)')
    .addOption(
      new Option('--split <how>', 'auto, one or per-feature: at most four, each on the one before').default(
        'auto',
      ),
    )
    .option('--base <branch>', 'the branch requests go into (default: the one the run began on)')
    .option('--out <folder>', 'without a forge: where the file and the bundle go')
    .option('--yes', 'do not ask before anything leaves this machine')
    .option('--json', 'print what came of it as JSON')
    .action(async (run: string | undefined, flags: Flags) => {
      end(await (await import('../commands/pr.ts')).pr(io, run, flags));
    });
  const address = program
    .command('address')
    .summary('address the review of a request in one session, and answer it')
    .description(
      'Take up what people with write access have said of a request in submitted reviews: one session on all unresolved ' +
        'threads, judged like any other, pushed, and answered in each thread. Threads are not resolved. At most three ' +
        'rounds; then it waits for a person (exit 12). See docs/pull-requests.md.',
    )
    .argument('<request>', 'its number or its address')
    .option('--push <remote>', 'the remote of its forge (default: forge.remote, which is origin)')
    .option('--yes', 'do not ask before anything leaves this machine');
  brainOptions(address)
    .addOption(outputOption())
    .action(async (request: string, flags: Flags) => {
      end(await (await import('../commands/address.ts')).address(io, request, flags, version));
    });
  judged(program.command('judge'))
    .summary('judge any commit of any repository, without a run')
    .description(
      'Judge any commit of any repository, without a run: also beside one. The base is its first parent; with --base ' +
        'it is the merge base of the two. The checks are those of the base; where it has no configuration, they are ' +
        'looked for as init does it. Without --feature something must turn from red to green, unless --no-proof.',
    )
    .argument('[ref]', 'the commit (default: HEAD; what is not committed is not judged)')
    .option('--base <ref>', 'judge against the merge base with this, such as origin/main')
    .option(
      '--feature <id>',
      'the feature it is to prove, from the feature list of the base (else of the commit)',
    )
    .option(
      '--check <command>',
      'a check instead of those of the base, or name=command (several times)',
      repeat,
    )
    .option('--no-proof', 'nothing has to turn green: only what held must still hold')
    .action(async (ref: string | undefined, flags: Flags) => {
      end(await (await import('../commands/judge.ts')).judge(io, ref, flags, version));
    });
  judged(program.command('verify'))
    .summary('judge every accepted commit of a run again, from scratch')
    .description(
      'Judge every accepted commit of a run branch again, from scratch, each against its parent, and compare with what ' +
        'was recorded: in its message and, where the run is in this repository, in ledger and evidence.',
    )
    .argument(
      '<branch>',
      'the run branch, such as agentloop/2026-11-20 (a clone that has only this will do), or a bundle',
    )
    .option('--set-status [remote]', 'set the check "agentloop verify" of its tip on the forge')
    .action(async (branch: string, flags: Flags) => {
      end(await (await import('../commands/verify.ts')).verify(io, branch, flags, version));
    });
  declareBundle(program, { io, version, end });
}

/** What carries a run to a machine that shares no remote with this one, or may not push. */
function declareBundle(program: Command, { io, version, end }: Page): void {
  program
    .command('bundle')
    .summary('write a run into one file, for another machine')
    .description(
      'Write all that another machine needs of a run into one git bundle, on top of the commit it began on: run branch, ' +
        'ledger, unfinished work, evidence. agentloop verify <file> judges it again there, agentloop unbundle lays it down.',
    )
    .argument(...whichRun)
    .option('--out <file>', 'where it goes')
    .action(async (run: string | undefined, flags: Flags) => {
      end(await (await import('../commands/bundle.ts')).bundle(io, run, flags, version));
    });
  program
    .command('unbundle')
    .summary('lay down a run that came in a bundle')
    .description(
      'Lay down a run that came in a bundle: ledger, run branch, unfinished work and evidence stand here then as where it ' +
        'was made, so that report, pr and run go on with it. A branch that has gone elsewhere here is not moved.',
    )
    .argument('<file>', 'a bundle of agentloop bundle')
    .action(async (file: string) => {
      end(await (await import('../commands/bundle.ts')).unbundle(io, file, version));
    });
}

/** What `judge` and `verify` share. */
function judged(command: Command): Command {
  return command
    .addOption(new Option('--format <format>', formats.join(', ')).default('text'))
    .option('--out <file>', 'write it there instead of stdout')
    .addOption(sealedDirOption())
    .option('--fence <mode>', 'auto, bubblewrap or none');
}
