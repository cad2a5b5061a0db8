import { UserError } from '../errors.ts';
import { isCi } from '../loop/ci.ts';
import { didYouMean } from '../project/did-you-mean.ts';

/**
 * How a command talks. `tty`: lines and a live footer. `plain`: lines and a heartbeat. `ndjson`: the ledger's events
 * on stdout, nothing else. `quiet`: only errors and the last line.
 */
export type OutputMode = 'tty' | 'plain' | 'ndjson' | 'quiet';

export const outputChoices = ['auto', 'tty', 'plain', 'ndjson', 'quiet'] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The mode of `--output`; `auto` is tty where stderr is a terminal that can move its cursor and no CI. */
export function outputMode(asked: string | undefined, env: Environment, terminal: boolean): OutputMode {
  const choice = outputChoices.find((one) => one === (asked ?? 'auto'));
  if (!choice) {
    const near = didYouMean(asked ?? '', outputChoices);
    throw new UserError(
      `--output: "${asked}" is not one of its modes.${near ? ` Did you mean ${near}?` : ''}`,
      `Modes: ${outputChoices.join(', ')}.`,
    );
  }
  if (choice !== 'auto') return choice;
  return terminal && !isCi(env) && env['TERM'] !== 'dumb' ? 'tty' : 'plain';
}

/** Whether to use colours on a stream. NO_COLOR beats FORCE_COLOR, both beat what the stream is. */
export function wantsColour(env: Environment, terminal: boolean): boolean {
  if (isSet(env['NO_COLOR'])) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return terminal && env['TERM'] !== 'dumb';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
