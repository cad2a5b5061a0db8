import type { Providers, Rule } from './providers.ts';
import { whenItEnds } from './when-it-ends.ts';

/** What can be seen of a trouble with a provider. */
export interface Signs {
  readonly from: 'messages' | 'command';
  /** The message of the answer, or the last lines of the program. */
  readonly text: string;
  readonly status?: number | undefined;
  /** Type of the error in the answer. */
  readonly type?: string | undefined;
  readonly code?: string | undefined;
  readonly header?: ((name: string) => string | undefined) | undefined;
  /** What went wrong, where there was no answer. */
  readonly problem?: NonNullable<Rule['problems']>[number] | undefined;
  readonly exit?: number | null | undefined;
  /** Instant at which it ends, where that was told as one; ms since 1970. */
  readonly until?: number | undefined;
  /** The command line, as the user wrote it. */
  readonly command?: string | undefined;
}

/** What a trouble means: what is to be done, and when it ends where somebody says so. */
export interface Meaning {
  /** Name of the rule. */
  readonly rule: string;
  /** `wait` without `until`: wait and probe. */
  readonly act: Rule['act'];
  /** Instant, ms since 1970. */
  readonly until?: number;
  /** How often it is tried again in the same session. */
  readonly tries: number;
  readonly after?: 'fresh';
  /** What a person can do. */
  readonly help?: string;
}

/** Tries where a rule says nothing of them. */
const usualTries = 8;

/**
 * The one classifier of all troubles with providers: the first rule that holds. Undefined where none does. `now`: ms since
 * 1970. Pure.
 */
export function whatItMeans(providers: Providers, signs: Signs, now: number): Meaning | undefined {
  const status = signs.status ?? providers.types[signs.type ?? ''];
  const rule = providers.rules.find((one) => holds(one, { ...signs, status }));
  if (!rule) return undefined;
  const until = rule.act === 'wait' || rule.act === 'retry' ? endOf(providers, signs, now) : undefined;
  const help = rule.help === undefined ? undefined : (providers.helps[rule.help] ?? rule.help);
  return {
    rule: rule.name,
    act: rule.act,
    tries: rule.tries ?? usualTries,
    ...(until === undefined ? {} : { until }),
    ...(rule.after === undefined ? {} : { after: rule.after }),
    ...(help === undefined ? {} : { help }),
  };
}

function holds(rule: Rule, signs: Signs): boolean {
  const { from, program, status, codes, headers = {}, exits, problems, texts } = rule;
  if (from !== undefined && from !== signs.from) return false;
  if (program !== undefined && !names(signs.command, program)) return false;
  if (status && !status.some((one) => isStatus(one, signs.status))) return false;
  if (codes && !codes.some((one) => isCode(one, signs.code))) return false;
  if (!Object.entries(headers).every(([name, text]) => found(text, signs.header?.(name)))) return false;
  if (signs.exit === 0 && !exits?.includes(0)) return false;
  if (exits && !(typeof signs.exit === 'number' && exits.includes(signs.exit))) return false;
  if (problems && !(signs.problem !== undefined && problems.includes(signs.problem))) return false;
  return texts === undefined || texts.some((one) => found(one, signs.text));
}

function isStatus(wanted: number | string, status: number | undefined): boolean {
  if (status === undefined) return false;
  return typeof wanted === 'number' ? wanted === status : wanted[0] === String(status)[0];
}

function isCode(wanted: string, code: string | undefined): boolean {
  if (code === undefined) return false;
  return wanted.endsWith('*') ? code.startsWith(wanted.slice(0, -1)) : code === wanted;
}

function found(pattern: string, text: string | undefined): boolean {
  return text !== undefined && new RegExp(pattern, 'i').test(text);
}

/** Whether a word of the command line is this program, with or without a path. */
function names(command: string | undefined, program: string): boolean {
  const words = (command ?? '').split(/[\s'"`;|&()]+/);
  return words.some((word) => word === program || word.endsWith(`/${program}`));
}

/** When it ends, by a header or by what the text says. */
function endOf(providers: Providers, signs: Signs, now: number): number | undefined {
  for (const { header, holds: form } of providers.ends) {
    const at = read(signs.header?.(header), form, now);
    if (at !== undefined) return at;
  }
  // Programs are run with the clock of UTC: a time of day without a zone is one of it.
  return signs.until !== undefined && signs.until >= now
    ? signs.until
    : whenItEnds(signs.text, now, signs.from === 'command' ? 'UTC' : undefined);
}

function read(
  text: string | undefined,
  form: Providers['ends'][number]['holds'],
  now: number,
): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) {
    const date = Date.parse(text);
    return Number.isNaN(date) ? undefined : Math.max(now, date);
  }
  if (number < 0) return undefined;
  if (form === 'instant') return Math.max(now, number > 1e11 ? number : number * 1000);
  return now + (form === 'ms' ? number : number * 1000);
}
