import type { Recorded } from '../../ledger/event.ts';
import type { State } from '../../ledger/state.ts';
import type { Listed } from '../listed.ts';
import * as judge from './judge-lines.ts';
import type { Line } from './line.ts';
import * as plan from './plan-lines.ts';
import * as run from './run-lines.ts';
import * as sealed from './sealed-lines.ts';
import * as work from './work-lines.ts';

/** What a person should see of an event; undefined for those that only the ledger and the footer need. */
export function lineOf(event: Recorded, state: State, features: readonly Listed[]): Line | undefined {
  switch (event.type) {
    case 'run.started':
      return run.started(event);
    case 'run.resumed':
      return run.resumed(event, state);
    case 'limits.set':
      return run.limitsSet(event);
    case 'session.started':
      return work.sessionStarted(event, features);
    case 'session.resumed':
      return work.sessionResumed(event);
    case 'brain.failed':
      return work.brainFailed(event);
    case 'claim.made':
      return work.claimMade(event);
    case 'judge.started':
      return judge.judgeStarted(event);
    case 'judge.ruled':
      return judge.judgeRuled(event, state);
    case 'judge.broken':
      return judge.judgeBroken(event);
    case 'work.landed':
      return work.landed(event, state, features);
    case 'work.published':
      return work.published(event);
    case 'copy.pushed':
      return work.copyPushed(event);
    case 'session.ended':
      return work.sessionEnded(event);
    case 'feature.blocked':
      return work.blocked(event);
    case 'feature.parked':
      return work.parked(event);
    case 'feature.reopened':
      return work.reopened(event);
    case 'sealed.stored':
      return sealed.stored(event);
    case 'sealed.missed':
      return sealed.missed(event);
    case 'sealed.dropped':
      return sealed.dropped(event);
    case 'plan.made':
      return plan.made(event);
    case 'plan.missed':
      return plan.missed(event);
    case 'wait.started':
      return run.waitStarted(event, state);
    case 'wait.ended':
      return run.waitEnded(event);
    case 'note.added':
      return run.noteAdded(event);
    case 'stop.asked':
      return run.stopAsked(event);
    case 'run.stopped':
      return run.stopped(event);
    case 'brain.finished':
    case 'cost.updated':
    case 'checkpoint.saved':
      return undefined;
  }
}
