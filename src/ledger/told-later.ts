import type { RecordedOf } from './event.ts';

// What of an event is kept in the state: the ledger has the rest.

/** A commit on the run branch. */
export type Landing = Pick<RecordedOf<'work.landed'>, 'seq' | 'session' | 'feature' | 'commit'>;

/** The commit of a feature, with what a reader wants to know of it. */
export type LandedWork = Landing &
  Pick<
    RecordedOf<'work.landed'>,
    'ts' | 'parent' | 'files' | 'added' | 'removed' | 'look' | 'proof' | 'evidence'
  > & {
    /** That of the invocation it landed in: a later one may have another. */
    readonly fence: string;
  };

/** A verdict: the whole of it while its session is open, then what is told of it later. */
export type Ruling = Pick<
  RecordedOf<'judge.ruled'>,
  'seq' | 'ts' | 'ruling' | 'reasons' | 'notes' | 'suspicions'
> &
  Partial<Pick<RecordedOf<'judge.ruled'>, 'feature' | 'tree' | 'proof' | 'evidence'>>;

/** What was said in a session. */
export interface Said {
  /** The last verdict; gone when there is nothing in it that is still to be told. */
  ruling?: Ruling;
  /** The last claim; gone when all of it is told. */
  claim?: Pick<RecordedOf<'claim.made'>, 'seq' | 'ts' | 'claim' | 'handoff'>;
  ended?: Pick<RecordedOf<'session.ended'>, 'seq' | 'outcome'>;
}

/** A night has many sessions: what is never asked for again once one has ended is not carried along. */
export function inShort(one: Said): void {
  if (one.ended?.outcome === 'landed') delete one.claim;
  if (!one.ruling) return;
  // A ledger of an older version may lack some of it.
  const { seq, ts, ruling, reasons: all = [], notes = [], suspicions = [] } = one.ruling;
  const reasons = all.map(({ code, text }) => ({ code, text }));
  if (reasons.length + notes.length + suspicions.length === 0) delete one.ruling;
  else one.ruling = { seq, ts, ruling, reasons, notes, suspicions };
}

/** A commit has carried the progress entry of this session, which was refused, or ended without a verdict. */
export function noted(one: Said): void {
  if (one.ruling?.ruling === 'refused') delete one.ruling;
  // The last words of one that gave up stand in the report.
  if (one.claim?.claim !== 'stuck') delete one.claim;
}

export function landingOf({ seq, session, feature, commit }: RecordedOf<'work.landed'>): Landing {
  return {
    seq,
    commit,
    ...(session === undefined ? {} : { session }),
    ...(feature === undefined ? {} : { feature }),
  };
}

export function landedWork(event: RecordedOf<'work.landed'>, fence: string): LandedWork {
  const { ts, parent, files, added, removed, look, proof, evidence } = event;
  return {
    ...landingOf(event),
    ...{ fence, ts, parent, files, added, removed, look },
    ...(proof ? { proof } : {}),
    ...(evidence === undefined ? {} : { evidence }),
  };
}
