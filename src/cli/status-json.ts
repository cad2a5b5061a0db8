import { readRequests } from '../ledger/requests.ts';
import { openSession } from '../ledger/state.ts';
import { featureRows } from './feature-rows.ts';
import { elapsed, headline } from './headline.ts';
import { tally } from './listed.ts';
import { answerCommand, nextCommand, waitingFor } from './next-command.ts';
import type { RunView } from './run-view.ts';
import { troubles } from './status-page.ts';

/** What `agentloop status --json` prints: one object, whose names stay. Times are ISO instants or ms, money is US dollars. */
export function statusJson(view: RunView): object {
  const { state, features, alive } = view;
  const open = openSession(state);
  const { pass, all } = tally(state, features);
  return {
    run: state.run,
    kind: state.kind,
    headline: headline(view),
    alive,
    pid: alive ? state.pid : null,
    started: state.started,
    at: state.at,
    elapsedMs: elapsed(view),
    stopped: state.stopped ?? null,
    requests: readRequests(view.folder.dir)
      .filter(({ url }) => url !== null)
      .map(({ url, number, head, base, features }) => ({ url, number, head, base, features })),
    branch: state.branch ?? null,
    base: state.base,
    baseRef: state.baseRef,
    tip: state.tip,
    published: state.published ?? null,
    brain: state.brain,
    model: state.model ?? null,
    fence: state.fence,
    counts: { features: all, pass, sessions: state.sessions.length, landings: state.landings.length },
    spent: state.spent,
    limits: state.limits ?? null,
    session: open
      ? { number: open.number, feature: open.feature ?? null, phase: open.phase, started: open.started }
      : null,
    wait: state.wait ? { ...state.wait, leftMs: left(state.wait.until, view.now) } : null,
    features: featureRows(state, features, alive),
    waitsForPerson: waitingFor(state).map((one) => ({ ...one, command: answerCommand(one.id) })),
    troubles: troubles(view),
    next: nextCommand(view),
  };
}

/** ms to an instant; null where there is none. */
function left(until: number | undefined, now: number): number | null {
  return until === undefined ? null : Math.max(0, until - now);
}
