import { count, dollars, duration } from '../../words.ts';
import type { Packet } from '../packet.ts';
import { el, type Markup, mono, type Piece, seq } from './markup.ts';
import { dayAndClock, stepChart } from './step-chart.ts';

/** What came of it, in a few words, and what a reader must know before anything else. */
export function opening(packet: Packet): Piece {
  const { run, state, outcome, branch, base, baseRef, started, at, next, fence, touched, alive } = packet;
  const tests = touched.tests.filter(({ what }) => what !== 'only added to');
  return [
    el(
      'header',
      {},
      el(
        'p',
        { class: 'kicker' },
        'agentloop run ',
        el('strong', {}, run),
        ' ',
        el('span', { class: alive ? 'state good' : 'state' }, state),
      ),
      el('h1', {}, outcome),
      el(
        'p',
        { class: 'quiet' },
        branch !== null && [mono(branch), ' on '],
        `${baseRef} `,
        mono(base.slice(0, 10)),
        `, ${dayAndClock(started)} to ${dayAndClock(at)} UTC, events `,
        seq(1),
        ' to ',
        seq(packet.seq),
      ),
      el('p', {}, 'Next: ', mono(next)),
      packet.requests.map(({ url, features }) =>
        el('p', {}, 'Request: ', mono(url), ` (${features.join(', ')})`),
      ),
    ),
    fence === 'none' &&
      warning(
        'Fence: none. What the brain and the checks ran was not kept from the files and keys of that machine.',
      ),
    packet.held !== null && warning(`${branch ?? 'The branch'} was not moved: ${packet.held}`),
    tests.length > 0 &&
      warning(
        `Existing tests were changed: ${count(tests.length, 'file')} that ${tests.length === 1 ? 'was' : 'were'} there before, listed below.`,
      ),
  ];
}

function warning(text: string): Markup {
  return el('p', { class: 'warning', role: 'note' }, text);
}

/** The night in figures, each with the event that makes it what it is. */
export function figures(packet: Packet): Markup {
  const { features, process, course, accepted, refusedClaims, regressions, cost, sessions, elapsedMs } =
    packet;
  const { judged, firstPass, maxCostUsd } = process;
  const cap = maxCostUsd === null ? 'no cap' : `cap ${dollars(maxCostUsd)}`;
  const last = <T extends { readonly seq: number }>(all: readonly T[]) => all.at(-1)?.seq ?? null;
  const money = cost.unknown ? (cost.usd > 0 ? `≥ ${dollars(cost.usd)}` : 'unknown') : dollars(cost.usd);
  const rows: readonly (readonly [name: string, value: string, more: string, seq: number | null])[] = [
    [
      'features pass',
      `${features.pass} of ${features.total}`,
      `${features.landed} landed in this run`,
      last(accepted),
    ],
    [
      'accepted at the first claim',
      `${firstPass} of ${judged}`,
      judged === 0
        ? 'nothing was judged'
        : `${Math.round((100 * firstPass) / judged)} % of the features judged`,
      packet.seq,
    ],
    ['refused claims', String(refusedClaims.length), 'with their reasons below', last(refusedClaims)],
    ['regressions caught', String(regressions.length), 'listed below', last(regressions)],
    ['money', money, cap, last(course.money)],
    ['sessions', String(sessions), duration(elapsedMs), last(course.sessions)],
  ];
  return el(
    'dl',
    { class: 'figures' },
    rows.map(([name, value, more, number]) =>
      el(
        'div',
        {},
        el('dt', {}, name),
        el('dd', {}, el('strong', {}, value), ' ', seq(number), el('span', { class: 'quiet small' }, more)),
      ),
    ),
  );
}

/** Features and money over time. */
export function charts({ course, features, started, at, process }: Packet): Markup {
  const span = { from: started, to: at };
  const passing = course.passing.map(({ passing: value, ...step }) => ({ ...step, value }));
  const money = course.money.map(({ usd: value, ...step }) => ({ ...step, value }));
  const cap = process.maxCostUsd;
  const spent = money.at(-1)?.value ?? 0;
  return el(
    'div',
    { class: 'charts' },
    stepChart({
      id: 'burn-up',
      title: 'Features that pass',
      says: `From ${passing[0]?.value ?? 0} to ${passing.at(-1)?.value ?? 0} of ${features.total} features.`,
      steps: passing,
      ...span,
      goal: { value: features.total, name: `${features.total} in all` },
      show: String,
    }),
    stepChart({
      id: 'money',
      title: 'Money',
      says: `${dollars(spent)} spent${cap === null ? '' : ` of ${dollars(cap)}`}.`,
      steps: money,
      ...span,
      // A cap far above all that was spent would make a flat line of it.
      ...(cap === null || spent === 0 || cap > 4 * spent
        ? {}
        : { goal: { value: cap, name: `cap ${dollars(cap)}` } }),
      show: dollars,
    }),
  );
}
