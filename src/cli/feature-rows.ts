import { openSession, type State } from '../ledger/state.ts';
import { oneLine } from './harmless.ts';
import { type Listed, passes } from './listed.ts';
import type { Paint } from './paint.ts';
import { verdictOn } from './verdict-on.ts';
import { count } from './words.ts';

export type Standstill =
  | 'passes'
  | 'working'
  | 'judging'
  | 'landing'
  | 'needs-human'
  | 'blocked'
  | 'waits'
  | 'open';

/** One feature as the screens and the report show it. */
export interface FeatureRow {
  readonly id: string;
  readonly title: string;
  readonly is: Standstill;
  /** What there is to say about it, in one harmless line. */
  readonly words: string;
  readonly sessions: number;
  readonly refusals: number;
  readonly commit?: string;
  /** Passes though nothing proves it: a person said so. */
  readonly unproven?: true;
}

/** Symbol and colour of each; the symbol says it without colour. */
export const marks: Readonly<Record<Standstill, { readonly symbol: string; readonly tone: keyof Paint }>> = {
  passes: { symbol: '✓', tone: 'good' },
  working: { symbol: '▷', tone: 'name' },
  judging: { symbol: '▷', tone: 'name' },
  landing: { symbol: '▷', tone: 'name' },
  'needs-human': { symbol: '?', tone: 'warn' },
  blocked: { symbol: '■', tone: 'bad' },
  waits: { symbol: '·', tone: 'quiet' },
  open: { symbol: '·', tone: 'quiet' },
};

/** A row for each feature of the list, in its order. `alive`: a living process carries the run. */
export function featureRows(
  state: State,
  features: readonly Listed[],
  alive: boolean,
): readonly FeatureRow[] {
  return features.map((feature) => {
    const known = state.features.get(feature.id);
    const standing = standstill(state, features, feature, alive);
    const commit = known?.landed?.commit;
    return {
      id: feature.id,
      title: oneLine(feature.title),
      ...standing,
      sessions: known?.sessions ?? 0,
      refusals: known?.refusals ?? 0,
      ...(commit === undefined ? {} : { commit }),
      ...(standing.is === 'passes' && isUnproven(state, feature) ? { unproven: true as const } : {}),
    };
  });
}

function isUnproven(state: State, feature: Listed): boolean {
  return (state.features.get(feature.id)?.landed?.proof?.kind ?? feature.proof) === 'none';
}

function standstill(
  state: State,
  features: readonly Listed[],
  feature: Listed,
  alive: boolean,
): Pick<FeatureRow, 'is' | 'words'> {
  const known = state.features.get(feature.id);
  const open = openSession(state);
  // A process that died between the landing and the end of its session has landed it all the same.
  const isCut = open && !alive && open.landed === undefined;
  if (open?.feature === feature.id && open.phase !== 'ended' && (alive || isCut)) {
    if (isCut) return { is: 'open', words: `cut short in session ${open.number}` };
    return { is: open.phase, words: `${open.phase}, session ${open.number}${refused(open.refusals)}` };
  }
  if (passes(state, feature)) {
    const unproven = isUnproven(state, feature) ? ', unproven' : '';
    if (known?.landed) {
      const doubts = verdictOn(state, known.landed)?.suspicions.length ?? 0;
      const look = doubts === 0 ? '' : `, ${count(doubts, 'suspicion')}`;
      return { is: 'passes', words: `landed ${known.landed.commit.slice(0, 7)}${unproven}${look}` };
    }
    return { is: 'passes', words: `passed before${unproven}` };
  }
  if (known?.parked) return { is: 'needs-human', words: 'waits for a person' };
  if (known?.blocked) return { is: 'blocked', words: oneLine(`blocked: ${known.blocked.why}`) };
  if (feature.blocked !== undefined && !known?.reopened) {
    return { is: 'blocked', words: oneLine(`blocked: ${feature.blocked}`) };
  }
  const first = feature.dependsOn.filter(
    (id) => !features.some((other) => other.id === id && passes(state, other)),
  );
  if (first.length > 0) return { is: 'waits', words: `after ${first.join(', ')}` };
  return {
    is: 'open',
    words: `open${refused(known?.refusals ?? 0)}${known?.unfinished ? ', work kept' : ''}${known?.plan ? ', planned' : ''}`,
  };
}

function refused(times: number): string {
  return times === 0 ? '' : `, refused ${count(times, 'time')}`;
}
