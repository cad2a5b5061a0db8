import { commands } from '../src/cli/commands.ts';
import { exitTable } from '../src/cli/exit.ts';
import type { Io } from '../src/cli/io.ts';

const columns = 100;

/** docs/command-line.md, from the page of commands: what `--help` prints, and the table of exit codes. */
export function commandLinePage(): string {
  // No command is called: they need no process for their help.
  const page = commands({} as Io, '', () => undefined);
  const own = [page, ...page.commands].map((command) => {
    command.configureOutput({ getOutHelpWidth: () => columns, getOutHasColors: () => false });
    return { name: command.name(), help: command.helpInformation().trimEnd() };
  });
  const [all, ...each] = own;
  return [
    '# The command line',
    '<!-- Made by `npm run generate` from src/cli/commands.ts. Do not edit. -->',
    'Data goes to stdout, talk to stderr. `--output` says how `init`, `run` and `demo` talk: `tty` (lines and a live',
    'footer), `plain` (lines, and one a minute when nothing else is said), `ndjson` (exactly the events of the ledger),',
    '`quiet` (errors and the last line); `auto` is `tty` on a terminal that is no CI, else `plain`. `NO_COLOR`,',
    '`FORCE_COLOR` and `TERM=dumb` are honoured.',
    '',
    '```',
    all?.help ?? '',
    '```',
    '',
    '## Exit codes',
    '',
    exitTable(),
    'With `--fail-on` an end of 10 to 13 or 75 that it names is 1, and one that it does not name is 0. `result.json`',
    'beside the ledger always has the true one; `schema/result.schema.json` describes it.',
    '',
    'Ctrl-C once stops `run` after the session, twice saves the work and stops now (130). SIGTERM and SIGHUP save the',
    'work and stop now (143).',
    ...each.flatMap(({ name, help }) => ['', `## ${name}`, '', '```', help, '```']),
    '',
  ].join('\n');
}
