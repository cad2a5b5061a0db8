import type { Metrics } from './metrics.ts';

interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly unit?: string;
  readonly help: string;
  /** Null: there is nothing to say yet, and no sample. */
  readonly value: number | null;
}

/** The figures as OpenMetrics text, for a scraper or the text files of a node exporter. */
export function openMetrics(metrics: Metrics): string {
  const { rework } = metrics;
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);
  const families: readonly Family[] = [
    counter('runs', 'Runs.', metrics.runs.length),
    counter('sessions', 'Sessions.', metrics.sessions),
    counter('features_accepted', 'Features that landed and still stand.', metrics.accepted),
    counter('features_judged', 'Features of which a claim was judged.', metrics.judged),
    counter('features_first_pass', 'Features whose first claim was accepted.', metrics.firstPass),
    counter('claims_refused', 'Claims that the judge refused.', metrics.refusedClaims),
    counter('regressions_caught', 'Regressions that judge or final judge have caught.', metrics.regressions),
    counter(
      'features_reworked',
      'Accepted features that were done over or taken back within 14 days.',
      rework.reworked,
    ),
    { ...counter('cost_usd', 'US dollars whose price is known.', metrics.usd), unit: 'usd' },
    gauge(
      'first_pass_ratio',
      'ratio',
      'Share of features whose first claim was accepted.',
      metrics.firstPassRate,
    ),
    gauge(
      'rework_ratio',
      'ratio',
      'Share of accepted features that were reworked within 14 days.',
      rework.rate,
    ),
    gauge('cost_per_feature_usd', 'usd', 'US dollars for each accepted feature.', metrics.usdPerAccepted),
    gauge(
      'cycle_time_median_seconds',
      'seconds',
      'First session to landing, median.',
      seconds(metrics.cycleMedianMs),
    ),
    gauge(
      'cycle_time_p90_seconds',
      'seconds',
      'First session to landing, nine of ten.',
      seconds(metrics.cycleP90Ms),
    ),
  ];
  return `${families.flatMap(lines).join('\n')}\n# EOF\n`;
}

function counter(name: string, help: string, value: number): Family {
  return { name: `agentloop_${name}`, type: 'counter', help, value };
}

function gauge(name: string, unit: string, help: string, value: number | null): Family {
  return { name: `agentloop_${name}`, type: 'gauge', unit, help, value };
}

function lines({ name, type, unit, help, value }: Family): readonly string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
    ...(value === null ? [] : [`${name}${type === 'counter' ? '_total' : ''} ${value}`]),
  ];
}
