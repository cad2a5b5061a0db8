import { brainWord } from '../../brain/brain-word.ts';
import type { Recorded } from '../../ledger/event.ts';
import type { State } from '../../ledger/state.ts';
import type { Course, Process } from './packet.ts';
import type { Told } from './told.ts';

const mostPoints = 200;

/** How things went over time. `passing`: how many features pass at the end. */
export function courseOf(events: readonly Recorded[], told: Told, state: State, passing: number): Course {
  const landed = new Set<string>();
  const steps: { seq: number; at: string; landed: number }[] = [];
  const money: { seq: number; at: string; usd: number }[] = [];
  const waits: { seq: number; from: string; to: string; why: string }[] = [];
  const starts = new Map<number, number>();
  let usd = 0;
  let wait: { seq: number; from: string; why: string } | undefined;
  for (const event of events) {
    const { seq, ts: at } = event;
    if (event.type === 'run.started') steps.push({ seq, at, landed: 0 });
    if (event.type === 'session.started') starts.set(event.session, seq);
    if (event.type === 'cost.updated' && event.usd !== null) {
      usd += event.usd;
      money.push({ seq, at, usd });
    }
    if (event.type === 'wait.started') wait = { seq, from: at, why: event.reason };
    if (wait && (event.type === 'wait.ended' || event.type === 'run.resumed')) {
      waits.push({ ...wait, to: at });
      wait = undefined;
    }
    const before = landed.size;
    if (event.type === 'work.landed' && event.feature !== undefined) landed.add(event.feature);
    if (event.type === 'feature.reopened') landed.delete(event.feature);
    if (landed.size !== before) steps.push({ seq, at, landed: landed.size });
  }
  if (wait) waits.push({ ...wait, to: state.at });
  const earlier = passing - landed.size;
  return {
    passing: steps.map((step) => ({ seq: step.seq, at: step.at, passing: earlier + step.landed })),
    money: thinned(money),
    sessions: state.sessions.map((one) => ({
      seq: starts.get(one.number) ?? 0,
      session: one.number,
      feature: one.feature ?? null,
      brain: one.model ?? brainWord(one.brain),
      from: one.started,
      to: told.endedAt(one.number) ?? state.at,
      outcome: one.ended?.outcome ?? null,
      refusals: one.refusals,
      usd: one.usd,
    })),
    waits,
  };
}

/** The first and the last point and as many between them as there is room for. */
function thinned<T>(points: readonly T[]): readonly T[] {
  if (points.length <= mostPoints) return points;
  const step = (points.length - 1) / (mostPoints - 1);
  return Array.from({ length: mostPoints }, (_, n) => points[Math.round(n * step)] as T);
}

/** The night in figures. */
export function processOf(events: readonly Recorded[], state: State): Process {
  const first = firstRulings(events);
  return {
    invocations: state.invocations,
    maxCostUsd: state.limits?.maxCostUsd ?? null,
    judged: first.size,
    firstPass: [...first.values()].filter((ruling) => ruling === 'accepted').length,
  };
}

/** What the judge said to the first claim about each feature. */
export function firstRulings(events: readonly Recorded[]): ReadonlyMap<string, 'accepted' | 'refused'> {
  const first = new Map<string, 'accepted' | 'refused'>();
  for (const event of events)
    if (event.type === 'judge.ruled' && event.scope === 'candidate' && event.feature !== undefined)
      if (!first.has(event.feature)) first.set(event.feature, event.ruling);
  return first;
}
