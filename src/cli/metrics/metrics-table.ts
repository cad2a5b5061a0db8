import { count, dollars, duration } from '../words.ts';
import type { Metrics, RunMetrics } from './metrics.ts';
import { reworkDays } from './rework.ts';

/** Runs that have a line of their own; the earlier ones are in the sums alone. */
const mostRuns = 20;

/** The figures for a terminal: the sums, then the last runs. */
export function metricsTable(metrics: Metrics): string {
  const { runs, rework } = metrics;
  const rows: readonly (readonly [string, string])[] = [
    ['runs', `${runs.length}${metrics.since === null ? '' : `, since ${metrics.since}`}`],
    ['sessions', String(metrics.sessions)],
    ['features accepted', String(metrics.accepted)],
    ['money', `${dollars(metrics.usd)}${metrics.unknownCost ? ' at least, some prices are unknown' : ''}`],
    ['cost per accepted feature', metrics.usdPerAccepted === null ? '-' : dollars(metrics.usdPerAccepted)],
    ['accepted at the first claim', share(metrics.firstPass, metrics.judged, metrics.firstPassRate)],
    ['refused claims', String(metrics.refusedClaims)],
    ['regressions caught', String(metrics.regressions)],
    [`rework within ${reworkDays} days`, share(rework.reworked, rework.looked, rework.rate)],
    [
      'cycle time',
      metrics.cycleMedianMs === null
        ? '-'
        : `median ${duration(metrics.cycleMedianMs)}, nine of ten in ${duration(metrics.cycleP90Ms ?? 0)}`,
    ],
  ];
  const wide = Math.max(...rows.map(([name]) => name.length));
  const sums = rows.map(([name, value]) => `${name.padEnd(wide)}  ${value}`);
  const left = runs.length - mostRuns;
  const each = runs.length === 0 ? [] : ['', ...aligned([heads, ...runs.slice(-mostRuns).map(cells)])];
  return `${[...sums, ...each, ...(left > 0 ? [`and ${count(left, 'earlier run')}`] : [])].join('\n')}\n`;
}

const heads = ['run', 'sessions', 'accepted', 'first claim', 'refused', 'regressions', 'money'];

function cells(one: RunMetrics): readonly string[] {
  return [
    one.run,
    String(one.sessions),
    String(one.accepted),
    `${one.firstPass}/${one.judged}`,
    String(one.refusedClaims),
    String(one.regressions),
    dollars(one.usd),
  ];
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const wide = heads.map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(wide[at] ?? 0) : cell.padStart(wide[at] ?? 0))).join('  '),
  );
}

function share(part: number, whole: number, rate: number | null): string {
  return rate === null ? '-' : `${part} of ${whole} (${Math.round(100 * rate)} %)`;
}
