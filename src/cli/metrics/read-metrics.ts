import { parseDuration } from '../../config.ts';
import { UserError } from '../../errors.ts';
import type { Recorded } from '../../ledger/event.ts';
import { fold } from '../../ledger/fold.ts';
import { readLedger } from '../../ledger/read.ts';
import { readRequests } from '../../ledger/requests.ts';
import type { State } from '../../ledger/state.ts';
import { openRepository } from '../../workspace/repository.ts';
import { listRuns, placeOf } from '../find-runs.ts';
import type { Io } from '../io.ts';
import { type Metrics, metricsOf, metricsOfRun, type RunMetrics } from './metrics.ts';
import { readHistory } from './read-history.ts';
import { reworkIn } from './rework.ts';

/** The instant from which on runs count: a date, an instant, or a length of time before now. UserError for other words. */
export function sinceWhen(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const ago = days === undefined ? parseDuration(text) : Number(days) * 86_400_000;
  if (ago !== undefined) return now - ago;
  const at = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UserError(
    `--since: "${text}" is neither a date nor a length of time.`,
    'Use 2026-11-01, 2026-11-01T08:00Z, 30d or 12h.',
  );
}

/**
 * The figures of all runs of the repository that began since then. Runs of `init` do not count, and one whose ledger
 * cannot be read is left out and told through `say`. `each` hears of every run that counts, one at a time.
 */
export async function readMetrics(
  io: Pick<Io, 'cwd' | 'env'>,
  since: number | undefined,
  say: (text: string) => void,
  each: (state: State, events: readonly Recorded[]) => Promise<void> = async () => undefined,
): Promise<Metrics> {
  const place = placeOf(io.cwd);
  const runs: RunMetrics[] = [];
  for (const { run, dir, ledger } of listRuns(place.stateDir)) {
    let events: readonly Recorded[];
    try {
      ({ events } = await readLedger(ledger, { verify: false }));
    } catch (error) {
      say(`Run ${run} is left out: ${error instanceof Error ? error.message : String(error)}`);
      continue;
    }
    const state = fold(events);
    if (!state || state.kind === 'init' || Date.parse(state.started) < (since ?? 0)) continue;
    runs.push(metricsOfRun(state, events, readRequests(dir)));
    await each(state, events);
  }
  runs.sort((a, b) => (a.started < b.started ? -1 : 1));
  const rework = reworkIn(await readHistory(await openRepository(io.cwd, { env: io.env })), since);
  return metricsOf(runs, rework, since === undefined ? null : new Date(since).toISOString());
}
