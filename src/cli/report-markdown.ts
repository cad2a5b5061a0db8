import { fill, template } from '../project/templates.ts';
import { harmless, oneLine } from './harmless.ts';
import { type Look, lookFirst } from './look-first.ts';
import type { Result, ResultLanding, ResultRefusal } from './result.ts';
import { proofWords } from './screen/judge-lines.ts';
import { fenceWords } from './screen/run-lines.ts';
import { detailWords } from './status-page.ts';
import { count, dateAndClock, dollars, duration } from './words.ts';
import { worthALook } from './worth-a-look.ts';

/** The report of a run as Markdown, for the morning after; `first` is the first line of `status`. */
export function reportMarkdown(result: Result, first: string): string {
  const filled = fill(template('report.md'), {
    run: prose(result.run),
    headline: opening(first),
    warnings: warnings(result),
    look: bullets(lookFirst(result).map(look), 'Nothing stands out.'),
    worth: worth(result),
    landed: bullets(result.landings.map(landing), 'Nothing landed.'),
    refused: refused(result),
    held: held(result),
    figures: figures(result),
    take: take(result),
  });
  return `${filled.trimEnd()}\n`;
}

/** Whoever reads the report need not be told to. */
function opening(first: string): string {
  const [said = '', command] = first.split('; next: ');
  if (command === undefined || command === 'agentloop report') return prose(said);
  return `${prose(said)}; next: ${asCode(command)}`;
}

function look({ text, command }: Look): string {
  return command === undefined ? prose(text) : `${prose(text)} ${asCode(command)}`;
}

function warnings(result: Result): string {
  const all = [...fenceWords(result.fence)];
  if (result.held !== null) all.push(`${result.branch ?? 'The branch'} was not moved: ${result.held}`);
  all.push(...detailWords(result));
  return all.map((text) => `> **${prose(text)}**`).join('\n>\n');
}

/** With its title: a morning without suspicions has no such section. */
function worth(result: Result): string {
  const parts = worthALook(result.landings).map(({ feature, title, lines }) => {
    const told = lines.map(
      ({ place, text }) => `  - ${place === undefined ? '' : `${asCode(place)}: `}${prose(text)}`,
    );
    return [`- **${feature}** ${prose(title)}`, ...told].join('\n');
  });
  return parts.length === 0 ? '' : `## Worth a look\n\n${parts.join('\n')}`;
}

function landing(one: ResultLanding): string {
  const proof =
    one.proof.kind === 'none'
      ? '**unproven**'
      : prose(proofWords({ ...one.proof, turned: [...one.proof.turned], redAt: '', greenAt: '' }));
  const facts = [
    `\`${one.commit.slice(0, 10)}\``,
    `${count(one.files, 'file')}, +${one.added} -${one.removed}`,
    proof,
    one.usd > 0 ? dollars(one.usd) : '',
    count(one.sessions, 'session'),
    one.refusals > 0 ? `refused ${count(one.refusals, 'time')} before` : '',
  ];
  return `**${one.feature}** ${prose(one.title)}\n  ${facts.filter((fact) => fact !== '').join(' · ')}`;
}

/** Refusals of one feature shown in full; more of them are counted. */
const refusalsShown = 6;

function refused(result: Result): string {
  const whole = result.kind === 'init' ? 'the plan' : 'the tip';
  const features = [...new Set(result.refusals.map((one) => one.feature))];
  const parts = features.map((feature) => {
    const all = result.refusals.filter((one) => one.feature === feature);
    const lines = counted(all.slice(-refusalsShown).flatMap((one) => reasonLines(one, whole)));
    const earlier = all.length > refusalsShown ? `, the last ${refusalsShown} shown` : '';
    return `- **${feature ?? whole}** ${count(all.length, 'time')}${earlier}\n${lines.join('\n')}`;
  });
  return parts.length === 0 ? 'Nothing was refused.' : parts.join('\n');
}

/** A reason as a line, and below it what the check printed of it. */
interface Said {
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
    return { line: `${who}, ${asCode(code)}: ${prose(said)}${names}`, printed };
  });
}

/** A brain that says the same again is refused with the same words: they stand there once, with the newest output. */
function counted(all: readonly Said[]): readonly string[] {
  return [...new Set(all.map(({ line }) => line))].flatMap((line) => {
    const same = all.filter((other) => other.line === line);
    const times = same.length === 1 ? '' : ` (${same.length} times)`;
    const printed = same.at(-1)?.printed ?? [];
    return [`  - ${line}${times}`, ...printed.map((text) => `    - ${asCode(text)}`)];
  });
}

function held(result: Result): string {
  const blocked = result.blocked.map((one) => ({ ...one, words: `blocked: ${one.why}` }));
  const waiting = result.waiting.map((one) => ({ ...one, words: `asks: ${one.question}` }));
  const lines = [...waiting, ...blocked].map(
    (one) =>
      `**${one.feature}** ${prose(one.title)}\n  ${prose(oneLine(one.words, 1000))}\n  ${asCode(one.command)}`,
  );
  return bullets(lines, 'Nothing.');
}

function figures(result: Result): string {
  const { cost, features } = result;
  const { usage } = cost;
  const atLeast = cost.usd > 0 ? `at least ${dollars(cost.usd)}, some prices are unknown` : 'unknown';
  const money = cost.unknown ? atLeast : dollars(cost.usd);
  const tokens = `${usage.inputTokens} in, ${usage.outputTokens} out, ${usage.cacheReadTokens} read from cache, ${usage.cacheWriteTokens} written to cache`;
  const rows: readonly (readonly [string, string])[] = [
    [
      'features',
      `${features.pass} of ${features.total} pass, ${features.landed} landed in this run${features.unproven > 0 ? `, ${features.unproven} unproven` : ''}`,
    ],
    ['sessions', String(result.sessions)],
    ['refusals', String(result.refused)],
    [
      'time',
      `${duration(result.elapsedMs)}, from ${dateAndClock(result.started)} to ${dateAndClock(result.at)}`,
    ],
    ['cost', money],
    ['tokens', tokens],
    ['brain', result.model === null ? result.brain : `${result.brain} (${result.model})`],
    ['fence', result.fence],
    ['agentloop', result.versions.agentloop],
  ];
  return ['| | |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name} | ${prose(value)} |`)].join(
    '\n',
  );
}

function take(result: Result): string {
  if (result.branch === null || result.tip === result.base) return 'There is nothing to take.';
  const commands = [
    `git log --stat ${result.base.slice(0, 10)}..${result.branch}`,
    `git merge ${result.branch}`,
  ];
  return ['```', ...commands.map(harmless), '```'].join('\n');
}

function bullets(lines: readonly string[], none: string): string {
  return lines.length === 0 ? none : lines.map((line) => `- ${line}`).join('\n');
}

/** Anybody's words inside Markdown: they stay words, whatever they look like. */
export function prose(text: string): string {
  return oneLine(text)
    .replace(/[\\`*<>[\]|]/g, '\\$&')
    .replace(/(^|\s)([#_~])/g, '$1\\$2')
    .replaceAll('@', '@\u200b');
}

/** Anybody's words as code: the fence is longer than any run of backticks in them. */
export function asCode(text: string): string {
  const clean = oneLine(text, 300).replaceAll('|', '¦');
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length));
  if (longest === 0) return `\`${clean}\``;
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${clean} ${fence}`;
}
