import { fill, template } from '../project/templates.ts';
import { harmless, oneLine } from './harmless.ts';
import { asCode, bullets, prose } from './in-markdown.ts';
import { type Look, lookFirst } from './look-first.ts';
import { fitted } from './packet/fit-rows.ts';
import type { Packet } from './packet/packet.ts';
import { outsideRows, testRows } from './packet/touched-words.ts';
import { refusedParts } from './report-refused.ts';
import type { Result, ResultLanding } from './result.ts';
import { proofWords } from './screen/judge-lines.ts';
import { fenceWords } from './screen/run-lines.ts';
import { detailWords } from './status-page.ts';
import { count, dateAndClock, dollars, duration } from './words.ts';
import { worthALook } from './worth-a-look.ts';

/** The report of a run as Markdown, for the morning after; `first` is the first line of `status`. */
export function reportMarkdown(result: Result & Partial<WithTouched>, first: string): string {
  const filled = fill(template('report.md'), {
    run: prose(result.run),
    headline: opening(first),
    warnings: warnings(result),
    look: bullets(lookFirst(result).map(look), 'Nothing stands out.'),
    worth: worth(result),
    landed: landed(result),
    touched: touched(result),
    refused: refusedParts(result),
    held: held(result),
    open: open(result),
    figures: figures(result),
    take: take(result),
    requests: requests(result),
  });
  return `${filled.trimEnd()}\n`;
}

/** Where it is looked at; nothing where nothing was delivered. */
function requests({ requests: all }: Result): string {
  return all
    .map(({ url, features }) => `Request: <${harmless(url)}> (${prose(features.join(', '))})`)
    .join('\n\n');
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
  const { same, each, more } = worthALook(result.landings);
  const parts = each.map((one) => {
    const told = one.lines.map(
      ({ place, text }) => `  - ${place === undefined ? '' : `${asCode(place)}: `}${prose(text)}`,
    );
    return [`- ${named(one)}`, ...told].join('\n');
  });
  parts.push(...same.map(({ features, text }) => `- ${count(features, 'feature')}: ${prose(text)}`));
  if (more > 0)
    parts.push(`- and ${count(more, 'more feature')}; ${asCode('agentloop report --format json')} has all`);
  return parts.length === 0 ? '' : `## Worth a look\n\n${parts.join('\n')}`;
}

type WithTouched = Pick<Packet, 'touched' | 'accepted' | 'decisions'>;

/** With its title, like `worth`. A morning on which nothing landed has no such section. */
function touched({ touched: all, accepted = [], decisions = [] }: Partial<WithTouched>): string {
  if (all === undefined || (all.known && all.commits === 0)) return '';
  const parts = [testRows({ touched: all, accepted, decisions }, () => true), outsideRows(all, () => true)];
  const lines = fitted(parts, mostTouched);
  return `## Existing tests, dependencies, configuration\n\n${lines.join('\n')}`;
}

/** Lines about files that were there before. */
const mostTouched = 100;

/** From so many landings on each has one line: a report that nobody reads to its end is none. */
const manyLandings = 20;

function landed({ landings }: Result): string {
  const told = landings.length < manyLandings ? landing : landingInShort;
  return bullets(landings.map(told), 'Nothing landed.');
}

function landing(one: ResultLanding): string {
  const proof =
    one.proof.kind === 'none'
      ? unproven
      : prose(proofWords({ ...one.proof, turned: [...one.proof.turned], redAt: '', greenAt: '' }));
  const facts = [
    `\`${one.commit.slice(0, 10)}\``,
    `${count(one.files, 'file')}, +${one.added} -${one.removed}`,
    proof,
    one.usd > 0 ? dollars(one.usd) : '',
    count(one.sessions, 'session'),
    one.refusals > 0 ? `refused ${count(one.refusals, 'time')} before` : '',
  ];
  return `${named(one)}\n  ${listed(facts)}`;
}

/** What goes without saying is not said: that there was one session, and a proof. */
function landingInShort(one: ResultLanding): string {
  const facts = [
    named(one),
    `\`${one.commit.slice(0, 10)}\``,
    `+${one.added} -${one.removed}`,
    one.proof.kind === 'none' ? unproven : '',
    one.usd > 0 ? dollars(one.usd) : '',
    one.sessions > 1 ? count(one.sessions, 'session') : '',
    one.refusals > 0 ? `refused ${count(one.refusals, 'time')}` : '',
  ];
  return listed(facts);
}

const unproven = '**unproven**';

function named({ feature, title }: { readonly feature: string; readonly title: string }): string {
  return `**${feature}** ${prose(title)}`;
}

function listed(facts: readonly string[]): string {
  return facts.filter((fact) => fact !== '').join(' · ');
}

function held(result: Result): string {
  const blocked = result.blocked.map((one) => ({ ...one, words: `blocked: ${one.why}` }));
  const waiting = result.waiting.map((one) => ({ ...one, words: `asks: ${one.question}` }));
  const lines = [...waiting, ...blocked].map(
    (one) => `${named(one)}\n  ${prose(oneLine(one.words, 1000))}\n  ${asCode(one.command)}`,
  );
  return bullets(lines, 'Nothing.');
}

/** With its title, like `worth`. What `init` has planned is no work left over. */
function open(result: Result): string {
  if (result.kind === 'init' || result.open.length === 0) return '';
  return `## Not done yet\n\n${bullets(
    result.open.map((one) => listed([named(one), prose(one.words)])),
    '',
  )}`;
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
