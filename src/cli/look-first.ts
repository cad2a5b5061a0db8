import type { Result, ResultLanding } from './result.ts';
import { count } from './words.ts';

/** Most bullets: a list of what to look at first that is long is none. */
const most = 7;
/** Refusals from which on a feature that landed deserves a second look. */
const hardWon = 2;

/** A sentence for a reviewer, with the command that helps where there is one. */
export interface Look {
  readonly text: string;
  readonly command?: string;
}

/** Where a reviewer should look first, the most doubtful first. */
export function lookFirst(result: Result): readonly Look[] {
  const { landings, waiting, blocked } = result;
  const found: Look[] = [];
  const say = (text: string, command?: string) =>
    found.push({ text, ...(command === undefined ? {} : { command }) });
  for (const one of landings.filter((landing) => landing.proof.kind === 'none')) {
    say(`${one.feature} passes because a person said so: nothing proves it.${where(one)}`);
  }
  for (const one of waiting) say(`${one.feature} waits for you:`, one.command);
  for (const { feature, session, accepted, harnessFiles, fromBase } of result.leftOut) {
    // Old tests that landed with a change: the judge held to the old version, so nobody has judged the new one.
    if (accepted && fromBase.length > 0) {
      say(`${feature} changes ${list(fromBase)}, judged by the version before: read that change.`);
    }
    if (harnessFiles.length > 0)
      say(`Session ${session ?? '?'} changed ${list(harnessFiles)}, which did not count.`);
  }
  const hard = landings.filter((landing) => landing.refusals >= hardWon);
  for (const one of hard) say(`${one.feature} landed after ${count(one.refusals, 'refusal')}.${where(one)}`);
  const size = (landing: ResultLanding) => landing.added + landing.removed;
  const [largest] = landings.toSorted((a, b) => size(b) - size(a));
  if (largest && landings.length > 1 && !hard.includes(largest)) {
    say(`${largest.feature} is the largest change (+${largest.added} -${largest.removed}).${where(largest)}`);
  }
  for (const one of blocked)
    say(`${one.feature} is blocked; with words of yours it is tried again:`, one.command);
  return found.length > most
    ? [...found.slice(0, most), { text: `and ${found.length - most} more, below` }]
    : found;
}

function list(files: readonly string[]): string {
  return files.length > 3 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
}

function where(landing: ResultLanding): string {
  return landing.look.length > 0 ? ` Start at ${landing.look.join(', ')}.` : '';
}
