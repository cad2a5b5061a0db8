import type { State } from '../ledger/state.ts';
import type { Standing } from './headline.ts';

/** The one command that makes most sense now. */
export function nextCommand({
  state,
  alive,
  answered = new Set(),
}: Pick<Standing, 'state' | 'alive' | 'answered'>): string {
  if (alive) return state.wait?.why === 'paused' ? 'agentloop resume' : 'agentloop status --watch';
  if (state.kind === 'init') return state.stopped?.reason === 'complete' ? 'agentloop run' : 'agentloop init';
  const asked = waitingFor(state).find(({ id }) => !answered.has(id));
  if (answered.size > 0 && asked === undefined) return 'agentloop run';
  switch (state.stopped?.reason) {
    case 'complete':
    case 'blocked':
    case 'no-progress':
    case 'final-judge':
      return 'agentloop report';
    case 'needs-human':
      return answerCommand(asked?.id ?? '<feature>');
    case 'max-cost':
      return 'agentloop run --max-cost <dollars>';
    case 'max-cost-per-day':
      return 'agentloop run --max-cost-per-day <dollars>';
    case 'max-tokens':
      return 'agentloop run --max-tokens <number>';
    case 'max-sessions':
      return 'agentloop run --max-sessions <number>';
    case 'taken-over':
      return 'agentloop report';
    case 'judge-broken':
    case 'no-brain':
      return 'agentloop doctor';
    default:
      return 'agentloop run';
  }
}

/** The features a person must say something about, with the question of each. */
export function waitingFor(state: State): readonly { readonly id: string; readonly question: string }[] {
  return [...state.features.values()].flatMap((known) =>
    known.parked ? [{ id: known.id, question: known.parked.question }] : [],
  );
}

/** How to answer. */
export function answerCommand(feature: string): string {
  return `agentloop answer ${feature} "your words"`;
}
