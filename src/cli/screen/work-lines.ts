import type { Claim, Proof, Reason, RecordedOf } from '../../ledger/event.ts';
import { featureState, type State } from '../../ledger/state.ts';
import { type Listed, tally } from '../listed.ts';
import { answerCommand } from '../next-command.ts';
import { count, dollars, duration, when } from '../words.ts';
import type { Line } from './line.ts';

/** Sessions, claims, verdicts and what became of features. */

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
    fatal: 'no brain can work',
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
    text: `${what} after ${duration(event.ms)}${until}: ${event.reason}`,
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

export function judgeStarted(event: RecordedOf<'judge.started'>): Line {
  const words: Readonly<Record<typeof event.scope, string>> = {
    base: 'the judge looks at the base',
    candidate: 'the judge looks at it',
    final: 'the final judge looks at the tip: the suite and every proof',
    init: 'the judge looks at the plan',
  };
  return { symbol: '·', feature: event.feature, text: words[event.scope] };
}

export function judgeRuled(event: RecordedOf<'judge.ruled'>, state: State): Line {
  const dropped =
    event.dropped.length === 0 ? [] : [`left out, they belong to the harness: ${event.dropped.join(', ')}`];
  const time = duration(event.ms);
  if (event.ruling === 'refused') {
    const times = event.feature === undefined ? 0 : featureState(state, event.feature).refusals;
    const what =
      event.scope === 'final' ? lostWords(event.lost) : `refused${times > 1 ? `, ${times} times now` : ''}`;
    return {
      symbol: '✗',
      feature: event.feature,
      text: what,
      more: [...reasonWords(event.reasons), ...dropped],
    };
  }
  const words: Readonly<Record<typeof event.scope, string>> = {
    base: `the base is seen in ${time}${baseWords(event)}`,
    candidate: `accepted in ${time}: ${proofWords(event.proof)}`,
    final: `the final judge holds, in ${time}`,
    init: `the plan is accepted, in ${time}${baseWords(event)}`,
  };
  const more = [...doubtWords(event), ...dropped];
  return { symbol: '✓', feature: event.feature, text: words[event.scope], more };
}

/** Short: the report has all of it. */
function doubtWords({ suspicions, notes }: RecordedOf<'judge.ruled'>): readonly string[] {
  const [first] = suspicions;
  const place = first?.line === undefined ? first?.path : `${first.path}:${first.line}`;
  const others = suspicions.length > 1 ? ` (the first of ${suspicions.length})` : '';
  const doubt = first === undefined ? [] : [`worth a look${others}: ${place}: ${first.says}`];
  const more = notes.length > 2 ? [`and ${count(notes.length - 2, 'more note')}`] : [];
  return [...doubt, ...notes.slice(0, 2), ...more];
}

export function judgeBroken(event: RecordedOf<'judge.broken'>): Line {
  return {
    symbol: '!',
    feature: event.feature,
    text: `the judge could not see (${event.code}): ${event.reason}`,
    more: [event.help],
  };
}

export function landed(event: RecordedOf<'work.landed'>, state: State, features: readonly Listed[]): Line {
  const size = `${count(event.files, 'file')} +${event.added} -${event.removed}`;
  const commit = event.commit.slice(0, 7);
  if (event.feature === undefined) return { symbol: '·', text: `${commit} ${event.subject} (${size})` };
  const { pass, all } = tally(state, features);
  const cost = state.spent.usd > 0 ? `; ${dollars(state.spent.usd)} so far` : '';
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

/** What proves it, in words. */
export function proofWords(proof: Proof | undefined): string {
  if (!proof || proof.kind === 'none') return 'unproven, a person said so';
  const [first, ...rest] = proof.turned;
  if (proof.kind === 'command') return `its command turned green${first === undefined ? '' : ` (${first})`}`;
  if (first === undefined) return 'tests turned green';
  return `"${first}"${rest.length > 0 ? ` and ${count(rest.length, 'more test')}` : ''} turned green`;
}

function reasonWords(reasons: readonly Reason[]): readonly string[] {
  const shown = reasons.slice(0, 3).map(({ code, text, tests = [] }) => {
    const others = tests.filter((name) => !text.includes(name));
    const names = others.length > 3 ? [...others.slice(0, 3), '…'] : others;
    return `${code}: ${text}${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
  });
  return reasons.length > 3 ? [...shown, `and ${count(reasons.length - 3, 'more reason')}`] : shown;
}

function lostWords(lost: readonly string[]): string {
  return lost.length === 0
    ? 'the final judge does not hold'
    : `the final judge finds lost: ${lost.join(', ')}`;
}

function baseWords(event: RecordedOf<'judge.ruled'>): string {
  const red = event.knownRed > 0 ? `, ${count(event.knownRed, 'test')} known red` : '';
  return `${red}${event.flaky.length > 0 ? `, ${event.flaky.length} flaky` : ''}`;
}
