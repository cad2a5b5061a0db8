import { type Command, Option } from 'commander';
import { brainForms } from '../../config-brains.ts';
import type { Io } from '../io.ts';
import { outputChoices } from '../output.ts';

/** What every group of the page of commands is declared with. */
export interface Page {
  readonly io: Io;
  readonly version: string;
  /** Hears the exit code. */
  readonly end: (code: number) => void;
}

/** The argument that says which run. */
export const whichRun = ['[run]', 'name of a run (default: the live one, else the latest)'] as const;

/** `--output`. */
export function outputOption(): Option {
  return new Option('--output <mode>', `how to talk: ${outputChoices.join(', ')}`).default('auto');
}

/** `--sealed-dir`. */
export function sealedDirOption(): Option {
  return new Option(
    '--sealed-dir <folder>',
    'sealed tests of your own, outside the repository: <folder>/<feature>/<path>',
  );
}

/** What `init` and `run` share: who thinks, how far it may go in a session, what it may reach. */
export function brainOptions(command: Command): Command {
  return command
    .option('--brain <brain>', brainForms)
    .option('--model <model>', 'model of that brain, where it takes one')
    .option('--effort <effort>', 'how hard the model thinks: low, medium, high, xhigh, max')
    .option(
      '--role <role=brain>',
      'who fills a role: initializer, coder, examiner, evaluator, planner, or <role>.fallback; also <role>=<brain>:<model> (may be given several times)',
      repeat,
    )
    .addOption(sealedDirOption())
    .option('--max-cost <dollars>', 'US dollars for the whole run')
    .option('--max-cost-per-day <dollars>', 'US dollars for a local day, by all runs of the repository')
    .option('--max-tokens <number>', 'tokens for the whole run; reading the cache is free')
    .option('--allow-unknown-cost', 'go on under a cap though the price of the brain is not known')
    .option('--session-turns <number>', 'model calls in one session')
    .option('--session-cost <dollars>', 'US dollars for one session')
    .option('--session-time <time>', 'time for one session, such as 30m')
    .option('--fence <mode>', 'auto, bubblewrap or none')
    .option(
      '--pass-env <name>',
      'a variable a command or an agent CLI gets (may be given several times)',
      repeat,
    )
    .option(
      '--pass-home <path>',
      'a path in HOME a command or an agent CLI may read (may be given several times)',
      repeat,
    );
}

/** An option that may be given several times. */
export function repeat(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
