import { createHash } from 'node:crypto';
import { brainWord } from '../../../brain/brain-word.ts';
import type { Recorded, RecordedOf } from '../../../ledger/event.ts';
import type { State } from '../../../ledger/state.ts';
import { toldIn } from '../../packet/told.ts';
import { genAi, operations, own, providerOf } from './names.ts';

type Value = string | number | boolean | readonly string[] | undefined;

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** ms since 1970. */
  readonly from: number;
  readonly to: number;
  readonly attributes: Readonly<Record<string, Value>>;
  /** Name of the error it ended with. */
  readonly error?: string;
}

/**
 * A run as spans: the run, its sessions, and below each what brains and judge did. Only names, figures and codes: no word
 * that a model or a repository wrote. The same run has the same ids every time.
 */
export function spansOf(state: State, events: readonly Recorded[]): readonly Span[] {
  const [first] = events;
  if (first?.type !== 'run.started') return [];
  const traceId = hex(`${first.run} ${first.ts} ${first.base}`, 32);
  const id = (what: string) => hex(`${traceId} ${what}`, 16);
  const root = id('run');
  const stopped = state.stopped;
  const told = toldIn(events);
  const spans: Span[] = [
    {
      traceId,
      spanId: root,
      name: `${operations.run} agentloop`,
      from: Date.parse(first.ts),
      to: Date.parse(state.at),
      attributes: {
        [genAi.operation]: operations.run,
        [genAi.workflow]: 'agentloop',
        [own.run]: first.run,
        [own.reason]: stopped?.reason,
        [own.usd]: state.spent.usd,
      },
    },
  ];
  for (const one of state.sessions) {
    const { ended } = one;
    const failed = ended !== undefined && ['failed', 'crashed', 'judge-broken'].includes(ended.outcome);
    spans.push({
      traceId,
      spanId: id(`session ${one.number}`),
      parentSpanId: root,
      name: `session ${one.role}`,
      from: Date.parse(one.started),
      to: Date.parse(told.endedAt(one.number) ?? state.at),
      attributes: {
        [own.run]: first.run,
        [own.session]: one.number,
        [own.feature]: one.feature,
        [own.outcome]: ended?.outcome,
        [own.usd]: one.usd,
      },
      ...(failed ? { error: ended.outcome } : {}),
    });
  }
  const under = (session: number | undefined) => (session === undefined ? root : id(`session ${session}`));
  let spent: RecordedOf<'cost.updated'>[] = [];
  const judging: RecordedOf<'judge.started'>[] = [];
  for (const event of events) {
    if (event.type === 'cost.updated') spent.push(event);
    if (event.type === 'judge.started') judging.push(event);
    if (event.type === 'brain.finished' || event.type === 'brain.failed') {
      const mine = spent.filter(({ session, role }) => session === event.session && role === event.role);
      spent = spent.filter((one) => !mine.includes(one));
      spans.push({
        ...brainSpan(event, mine, state),
        traceId,
        spanId: id(`event ${event.seq}`),
        parentSpanId: under(event.session),
      });
    }
    if (event.type === 'judge.ruled' || event.type === 'judge.broken') {
      const began = judging.pop();
      const from = began ? Date.parse(began.ts) : Date.parse(event.ts) - ('ms' in event ? event.ms : 0);
      spans.push({
        ...judgeSpan(event, began),
        from,
        traceId,
        spanId: id(`event ${event.seq}`),
        parentSpanId: under(event.session),
      });
    }
  }
  return spans;
}

type Bare = Omit<Span, 'traceId' | 'spanId' | 'parentSpanId'>;

function brainSpan(
  event: RecordedOf<'brain.finished'> | RecordedOf<'brain.failed'>,
  spent: readonly RecordedOf<'cost.updated'>[],
  state: State,
): Bare {
  const session = state.sessions.find(({ number }) => number === event.session);
  const agent = event.role ?? session?.role ?? 'coder';
  const brain = session?.brain ?? state.brain;
  const model =
    spent.findLast((one) => one.model !== undefined)?.model ?? (event.role ? undefined : session?.model);
  const sum = (of: (one: RecordedOf<'cost.updated'>) => number) =>
    spent.reduce((all, one) => all + of(one), 0);
  const [read, write] = [
    sum(({ usage }) => usage.cacheReadTokens),
    sum(({ usage }) => usage.cacheWriteTokens),
  ];
  const to = Date.parse(event.ts);
  return {
    name: `${operations.brain} ${agent}`,
    from: to - event.ms,
    to,
    attributes: {
      [genAi.operation]: operations.brain,
      [genAi.agent]: agent,
      // Somebody asked beside the session may have another brain, which the ledger names by its model only.
      [genAi.provider]: event.role === undefined ? providerOf(brainWord(brain)) : undefined,
      [genAi.model]: model,
      [genAi.conversation]: `${event.run}/${event.session}${event.role === undefined ? '' : `.${event.role}`}`,
      [genAi.inputTokens]: sum(({ usage }) => usage.inputTokens) + read + write,
      [genAi.outputTokens]: sum(({ usage }) => usage.outputTokens),
      [genAi.cacheReadTokens]: read,
      [genAi.cacheWriteTokens]: write,
      [own.role]: event.role,
      [own.feature]: event.feature,
      [own.usd]: sum(({ usd }) => usd ?? 0),
      [own.event]: event.seq,
    },
    ...(event.type === 'brain.failed' ? { error: event.kind } : {}),
  };
}

function judgeSpan(
  event: RecordedOf<'judge.ruled'> | RecordedOf<'judge.broken'>,
  began: RecordedOf<'judge.started'> | undefined,
): Omit<Bare, 'from'> {
  const isRuled = event.type === 'judge.ruled';
  const scope = isRuled ? event.scope : (began?.scope ?? 'candidate');
  return {
    name: `judge ${scope}`,
    to: Date.parse(event.ts),
    attributes: {
      [own.scope]: scope,
      [own.ruling]: isRuled ? event.ruling : 'broken',
      [own.codes]: isRuled ? event.reasons.map(({ code }) => code) : [event.code],
      [own.feature]: event.feature,
      [own.event]: event.seq,
    },
    // A refusal is what a judge is there for, and no error.
    ...(isRuled ? {} : { error: event.code }),
  };
}

function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
