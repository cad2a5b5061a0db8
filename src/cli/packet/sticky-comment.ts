import { brainWord } from '../../brain/brain-word.ts';
import type { ResultRequest } from '../result.ts';
import { count, dollars, duration } from '../words.ts';
import { fitted, type Part } from './fit-rows.ts';
import { code, quoted, words } from './forge-words.ts';
import { moneyWords } from './money-words.ts';
import type { Packet, RefusedClaim, Regression } from './packet.ts';

const mostLines = 60;

/** The hidden line by which the comment of a run is found again, to be replaced. */
export function stickyMarker(run: string): string {
  return `<!-- agentloop: the night of run ${run.replace(/[^\w.]+/g, '-')} -->`;
}

/** The one comment of a run on its pull request: how the night went. At most 60 lines; it begins with its marker. */
export function stickyComment(packet: Packet): string {
  const parts: Part[] = [
    { head: head(packet), rows: [], more: () => '' },
    refused(packet),
    regressions(packet),
    waits(packet),
  ];
  return `${[stickyMarker(packet.run), ...fitted(parts, mostLines - 1)].join('\n')}\n`;
}

function head(packet: Packet): readonly string[] {
  const {
    run,
    state,
    elapsedMs,
    sessions,
    process,
    refusedClaims,
    regressions: caught,
    fence,
    requests,
  } = packet;
  const { judged, firstPass, maxCostUsd } = process;
  const rate =
    judged === 0
      ? 'nothing was judged'
      : `${firstPass} of ${count(judged, 'feature')} (${Math.round((100 * firstPass) / judged)} %)`;
  const spenders = mostSpent(packet);
  const rows = [
    ['sessions', String(sessions)],
    ['time', `${duration(elapsedMs)}, from ${utc(packet.started)} to ${utc(packet.at)} UTC`],
    ['money', `${moneyWords(packet.cost, maxCostUsd)}${each(packet)}`],
    ...(spenders === '' ? [] : [['by feature', spenders]]),
    ['accepted at the first claim', rate],
    ['refused claims', String(refusedClaims.length)],
    ['regressions caught', String(caught.length)],
    ['brain (who wrote the code)', words(packet.assistedBy.join(', ') || brainWord(packet.brain), 200)],
    ['fence (sandbox)', fence === 'none' ? '**none**' : words(fence, 50)],
    ...(requests.length > 1 ? [['requests of this run', requests.map(sibling).join(', ')]] : []),
  ];
  return [
    `**agentloop run ${code(run)}: ${words(state, 200)}**`,
    '',
    '| this run | |',
    '| --- | --- |',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
  ];
}

/** As a link of ours: number and address are the forge's own words. */
function sibling({ number, url, features }: ResultRequest): string {
  return `[${number}](${encodeURI(url)}) (${words(features.join(', '), 60)})`;
}

/** What the dearest features cost, and those that brought nothing too. */
function mostSpent({ accepted, notDone }: Packet): string {
  return [...accepted, ...notDone]
    .filter(({ usd }) => usd > 0)
    .toSorted((a, b) => b.usd - a.usd)
    .slice(0, 5)
    .map(({ feature, usd }) => `${feature} ${dollars(usd)}`)
    .join(', ');
}

function each({ cost, accepted }: Packet): string {
  return accepted.length === 0 || cost.usd === 0
    ? ''
    : `, ${dollars(cost.usd / accepted.length)} for each that landed, all else included`;
}

/** One line for a feature and reason, however often it came. */
function refused({ refusedClaims, accepted }: Packet): Part {
  const landed = new Set(accepted.map(({ feature }) => feature));
  const features = [...new Set(refusedClaims.map(({ feature }) => feature))].toSorted(
    (a, b) => Number(landed.has(a ?? '')) - Number(landed.has(b ?? '')),
  );
  return {
    head: features.length === 0 ? ['No claim was refused.'] : ['**Refused, and why**', ''],
    rows: features.map((feature) => {
      const own = refusedClaims.filter((one) => one.feature === feature);
      const since = feature === null ? '' : landed.has(feature) ? ', landed later' : ', not landed';
      return `- **${feature ?? 'the tip'}** ${count(own.length, 'time')}${since}: ${reasonsOf(own)}`;
    }),
    more: (left) => `- and ${count(left, 'more feature')}; \`agentloop report\` has all of them`,
  };
}

const mostReasons = 3;

function reasonsOf(own: readonly RefusedClaim[]): string {
  const all = own.flatMap(({ session, reasons }) => reasons.map((reason) => ({ session, ...reason })));
  const kinds = [...new Map(all.map((one) => [`${one.code} ${one.text}`, one])).values()];
  const shown = kinds.slice(-mostReasons).map(({ code: name, text, tests }) => {
    const same = all.filter((one) => one.code === name && one.text === text);
    const who = [...new Set(same.map(({ session }) => session))].filter((one) => one !== null);
    const names = tests.filter((test) => !text.includes(test)).slice(0, 3);
    const listed = names.length === 0 ? '' : ` ${names.map((test) => code(test, 100)).join(', ')}`;
    const when = who.length === 0 ? '' : `session ${who.join(', ')}: `;
    return `${when}${code(name)} ${words(text, 300)}${listed}${same.length > 1 && same.length !== own.length ? ` (${same.length} times)` : ''}`;
  });
  const more =
    kinds.length > shown.length ? [`and ${count(kinds.length - shown.length, 'other reason')}`] : [];
  return [...shown, ...more].join(' · ');
}

function regressions({ regressions: all }: Packet): Part {
  return {
    head: all.length === 0 ? [] : ['**Regressions caught**', ''],
    rows: all.map((one) => `- ${regression(one)}`),
    more: (left) => `- and ${left} more; \`agentloop report\` has all of them`,
  };
}

function regression({ feature, session, by, text, tests, mended }: Regression): string {
  const names = tests
    .filter((test) => !text.includes(test))
    .slice(0, 3)
    .map((test) => code(test, 100));
  const who = by === 'judge' ? `session ${session ?? '?'}, refused by the judge` : 'found by the final judge';
  const then = mended === null ? '' : `; it holds again in ${code(mended.slice(0, 10))}`;
  return `**${feature}** ${who}: ${words(text.replace(/\.$/, ''), 300)}${names.length === 0 ? '' : ` (${names.join(', ')})`}${then}.`;
}

function waits({ notDone, alive, next }: Packet): Part {
  const rows = notDone
    .filter(({ is }) => is !== 'open')
    .map(({ feature, is, why, said, command }) => {
      const asks =
        is === 'waiting'
          ? `asks: ${quoted(why, 300)}`
          : `is blocked: ${words(why, 300)}${said === null ? '' : `; the brain said: ${quoted(said, 200)}`}`;
      return `- **${feature}** ${asks}${command === null ? '' : ` → ${code(command)}`}`;
    });
  const isAsked = rows.length > 0;
  if (!alive && rows.length === 0) rows.push(`- Your review of what landed. Next: ${code(next)}`);
  return {
    head:
      rows.length === 0
        ? ['Nothing waits for a person.']
        : [
            `**Waits for a person**${isAsked ? ', answered where the run is; the next `agentloop run` goes on with it' : ''}`,
            '',
          ],
    rows,
    more: (left) => `- and ${left} more; \`agentloop status\` has all of them`,
  };
}

/** YYYY-MM-DD HH:MM. Whoever reads a pull request sits anywhere. */
function utc(instant: string): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
}
