import type { Claim, RecordedOf } from '../../ledger/event.ts';
import type { State } from '../../ledger/state.ts';
import { type Listed, tally } from '../listed.ts';
import { answerCommand } from '../next-command.ts';
import { count, dollars, duration, when } from '../words.ts';
import { reasonWords } from './judge-lines.ts';
import type { Line } from './line.ts';

/** Sessions, claims and what became of features. */

export function sessionStarted(event: RecordedOf<'session.started'>, features: readonly Listed[]): Line {
  const title = features.find((feature) => feature.id === event.feature)?.title;
  const what = title ?? (event.role === 'initializer' ? 'the initializer' : '');
  const other = event.fallback ? `, by the fallback ${event.model ?? event.brain}` : '';
  const earlier = event.unfinished === undefined ? '' : ', goes on with the work kept';
  const text = `${what} (session ${event.session}${other}${earlier})`.trim();
  return { symbol: '▷', feature: event.feature, text };
}

export function sessionResumed(event: RecordedOf<'session.resumed'>): Line {
  const where = `session ${event.session} goes on where it was killed, after ${duration(event.ms)}`;
  return { symbol: '▷', feature: event.feature, text: where };
}

export function brainFailed(event: RecordedOf<'brain.failed'>): Line {
  const who = `the ${event.role ?? 'brain'}`;
  const words: Readonly<Record<typeof event.kind, string>> = {
    unavailable: `${who} is unavailable`,
    crashed: `${who} crashed`,
    'over-limit': event.role === undefined ? 'the session is over its limit' : `${who} is over its limit`,
    declined: 'the model refused to work on it',
    context: 'the context of the model is full',
    fatal: event.fallsBack ? `${who} cannot work` : 'no brain can work',
    interrupted: `${who} was interrupted`,
  };
  const limits = {
    'run-cost': 'the cost cap of the run is near',
    'day-cost': 'the cost cap of the day is near',
    'run-tokens': 'the limit of tokens is near',
    'run-time': 'the time of the run is over',
  };
  const what = event.limit === undefined ? words[event.kind] : limits[event.limit];
  const until = event.until === undefined ? '' : `, until ${when(event.until, Date.parse(event.ts))}`;
  return {
    symbol: '!',
    feature: event.feature,
    text: `${what} after ${duration(event.ms)}${until}${event.fallsBack ? ', its fallback is asked' : ''}: ${event.reason}`,
  };
}

export function claimMade(event: RecordedOf<'claim.made'>): Line {
  const { did, next, question } = event.handoff;
  const words: Readonly<Record<Claim, readonly [string, string | undefined]>> = {
    done: ['claims done', did],
    partial: ['claims partial', next ?? did],
    stuck: ['claims stuck', next ?? did],
    'needs-human': ['asks for a person', question],
    'no-work': ['claims there is no work', did],
  };
  const [claims, why] = words[event.claim];
  return { symbol: '·', feature: event.feature, text: why ? `${claims}: ${why}` : claims };
}

export function landed(event: RecordedOf<'work.landed'>, state: State, features: readonly Listed[]): Line {
  const size = `${count(event.files, 'file')} +${event.added} -${event.removed}`;
  const commit = event.commit.slice(0, 7);
  if (event.feature === undefined) return { symbol: '·', text: `${commit} ${event.subject} (${size})` };
  const { pass, all } = tally(state, features);
  const { usd, unknown } = state.spent;
  const cost = usd > 0 ? `; ${unknown ? 'at least ' : ''}${dollars(usd)} so far` : '';
  const far = all > 0 ? `; ${pass} of ${count(all, 'feature')}` : '';
  return { symbol: '✓', feature: event.feature, text: `landed ${commit} (${size})${far}${cost}` };
}

/** Undefined when the branch followed: the landing has said all there is. */
export function published(event: RecordedOf<'work.published'>): Line | undefined {
  return event.held === undefined
    ? undefined
    : { symbol: '!', text: `${event.branch} was not moved: ${event.held}` };
}

export function copyPushed({ remote, held }: RecordedOf<'copy.pushed'>): Line {
  return held === undefined
    ? { symbol: '·', text: `checkpoints go to ${remote}` }
    : { symbol: '!', text: `not everything could be pushed to ${remote}: ${held}` };
}

/** Undefined where the lines before have told how it ended. */
export function sessionEnded(event: RecordedOf<'session.ended'>): Line | undefined {
  if (event.outcome === 'landed' || event.outcome === 'needs-human') return undefined;
  type Told = Exclude<typeof event.outcome, 'landed' | 'needs-human'>;
  const words: Readonly<Record<Told, readonly [how: string, why?: string]>> = {
    refused: ['ended refused'],
    partial: ['ended', 'to be continued'],
    stuck: ['ended stuck'],
    failed: ['failed'],
    unavailable: ['ended', 'the brain is unavailable'],
    interrupted: ['was interrupted'],
    'judge-broken': ['ended', 'the judge could not see'],
    crashed: ['was cut short by a crash'],
  };
  const [how, why] = words[event.outcome];
  const because = why === undefined ? '' : `, ${why}`;
  const kept = event.kept === undefined ? '' : `, work kept as ${event.kept.slice(0, 7)}`;
  return {
    symbol: '·',
    feature: event.feature,
    text: `session ${event.session} ${how} after ${duration(event.ms)}${because}${kept}`,
  };
}

export function blocked(event: RecordedOf<'feature.blocked'>): Line {
  return {
    symbol: '■',
    feature: event.feature,
    text: `blocked: ${event.why}`,
    more: reasonWords(event.reasons),
  };
}

export function parked(event: RecordedOf<'feature.parked'>): Line {
  const { feature, question } = event;
  return { symbol: '?', feature, text: `waits for a person: ${question}`, more: [answerCommand(feature)] };
}

export function reopened(event: RecordedOf<'feature.reopened'>): Line {
  const words = event.words === undefined ? [] : [event.words];
  return { symbol: '▷', feature: event.feature, text: `tried again: ${event.why}`, more: words };
}
