import { oneLine } from './harmless.ts';
import { asCode, prose } from './in-markdown.ts';
import type { Result, ResultRefusal } from './result.ts';
import { count } from './words.ts';

/** Refusals of one feature shown in full; more of them are counted. */
const refusalsShown = 6;
/** Features whose refusals are shown; more of them are counted. */
const featuresShown = 15;

/** What was refused and why, by feature, those that have not landed first: of the others it is history. */
export function refusedParts(result: Result): string {
  const whole = result.kind === 'init' ? 'the plan' : 'the tip';
  const landed = new Set<string | null>(result.landings.map(({ feature }) => feature));
  const features = [...new Set(result.refusals.map((one) => one.feature))].toSorted(
    (a, b) => Number(landed.has(a)) - Number(landed.has(b)),
  );
  const parts = features.slice(0, featuresShown).map((feature) => {
    const all = result.refusals.filter((one) => one.feature === feature);
    const lines = counted(all.slice(-refusalsShown).flatMap((one) => reasonLines(one, whole)));
    const earlier = all.length > refusalsShown ? `, the last ${refusalsShown} shown` : '';
    return `- **${feature ?? whole}** ${count(all.length, 'time')}${earlier}\n${lines.join('\n')}`;
  });
  const more = features.length - parts.length;
  if (more > 0)
    parts.push(`- and ${count(more, 'more feature')}; ${asCode('agentloop report --format json')} has all`);
  return parts.length === 0 ? 'Nothing was refused.' : parts.join('\n');
}

/** A reason as a line, and below it what the check printed of it. */
interface Said {
  readonly session: string;
  readonly line: string;
  readonly printed: readonly string[];
}

/** `whole`: what was judged where it was no session's work. */
function reasonLines({ session, reasons }: ResultRefusal, whole: string): readonly Said[] {
  const who = session === null ? whole : `session ${session}`;
  return reasons.map(({ code, text, tests, printed }) => {
    const said = oneLine(text, 500);
    const others = tests.filter((name) => !said.includes(name));
    const more = others.length > 5 ? ', …' : '';
    const names = others.length > 0 ? ` (${others.slice(0, 5).map(asCode).join(', ')}${more})` : '';
    return { session: who, line: `${asCode(code)}: ${prose(said)}${names}`, printed };
  });
}

/** A brain that does the same again is refused with the same words: they stand there once, with the newest output. */
function counted(all: readonly Said[]): readonly string[] {
  return [...new Set(all.map(({ line }) => line))].flatMap((line) => {
    const same = all.filter((other) => other.line === line);
    const times = same.length === 1 ? '' : ` (${same.length} times)`;
    const who = [...new Set(same.map(({ session }) => session))].join(', ');
    const brief = who.startsWith('session ') ? who.replaceAll(', session ', ', ') : who;
    const printed = same.at(-1)?.printed ?? [];
    return [`  - ${brief}, ${line}${times}`, ...printed.map((text) => `    - ${asCode(text)}`)];
  });
}
