import type { StopReason } from '../ledger/event.ts';
import { readRequests } from '../ledger/requests.ts';
import { openSession } from '../ledger/state.ts';
import { type FeatureRow, featureRows, marks } from './feature-rows.ts';
import { cut, oneLine, pad, width, wrap } from './harmless.ts';
import { headlineLines, waitWords } from './headline.ts';
import { answerCommand, waitingFor } from './next-command.ts';
import type { Paint } from './paint.ts';
import type { RunView } from './run-view.ts';
import { fenceWords } from './screen/run-lines.ts';
import { count } from './words.ts';

/** The screen of `agentloop status`, line by line, none wider than `columns` where it can be helped. */
export function statusPage(view: RunView, paint: Paint, columns: number): readonly string[] {
  const { state, features } = view;
  const rows = featureRows(state, features, view.alive);
  return [
    ...headlineLines(view, columns).map((line) => paint.strong(line)),
    ...troubles(view).flatMap((trouble) => wrap(trouble, columns - 2).map((line) => paint.warn(`! ${line}`))),
    ...wrap(castWords(view), columns).map((line) => paint.quiet(line)),
    ...requestLines(view).map((line) => paint.quiet(line)),
    ...(rows.length > 0 ? ['', ...table(rows, paint, columns)] : []),
    ...waitingFor(state).flatMap(({ id, question }) => [
      '',
      ...(view.answered?.has(id)
        ? wrap(`${id} is answered; the next agentloop run hears it.`, columns)
        : [
            ...wrap(`${id} waits for a person: ${oneLine(question, columns * 6)}`, columns),
            `  ${answerCommand(id)}`,
          ]),
    ]),
  ];
}

/** The requests that were opened for it. */
function requestLines({ folder }: RunView): readonly string[] {
  return readRequests(folder.dir).flatMap(({ url }) =>
    url === null ? [] : [`request ${oneLine(url, 300)}`],
  );
}

/** What a person should know and a table does not show. */
export function troubles(view: RunView): readonly string[] {
  const { state, alive, torn, now } = view;
  const found = [...fenceWords(state.fence)];
  if (state.held !== undefined) found.push(`${state.branch ?? 'The branch'} was not moved: ${state.held}`);
  if (state.copy?.held !== undefined)
    found.push(`Not everything could be pushed to ${state.copy.remote}: ${state.copy.held}`);
  if (state.broken)
    found.push(`The judge could not see (${state.broken.code}): ${state.broken.reason} ${state.broken.help}`);
  if (state.fatal !== undefined) found.push(`No brain can work: ${state.fatal}`);
  if (!alive && state.stopped) found.push(...detailWords(state.stopped));
  if (alive && state.wait && !openSession(state)) found.push(`Waits: ${state.wait.reason}`);
  if (!alive && !state.stopped && state.wait?.why === 'unavailable')
    found.push(`It was ${waitWords(state.wait, now)}: ${state.wait.reason} "agentloop run" waits on.`);
  if (!alive && torn !== undefined) found.push(`${torn} "agentloop run" puts it right.`);
  return found.map((text) => oneLine(text, 1000));
}

/** What there is to add to why a run stopped. */
export function detailWords(stopped: {
  readonly reason: StopReason | null;
  readonly detail?: string | null;
}): readonly string[] {
  const { reason, detail } = stopped;
  if (detail === undefined || detail === null || reason === 'complete') return [];
  return [`${reason === 'blocked' || reason === 'needs-human' ? 'Left' : 'Why it stopped'}: ${detail}`];
}

function castWords({ state }: RunView): string {
  const tip = state.tip === state.base ? '' : ` at ${state.tip.slice(0, 7)}`;
  const parts = [
    `run ${state.run} from ${state.baseRef} (${state.base.slice(0, 7)})`,
    state.branch === undefined ? '' : `branch ${state.branch}${tip}`,
    `brain ${state.brain}${state.model === undefined ? '' : ` (${state.model})`}`,
    `fence ${state.fence}`,
  ];
  return oneLine(parts.filter((part) => part !== '').join(' · '));
}

function table(rows: readonly FeatureRow[], paint: Paint, columns: number): readonly string[] {
  const sessions = rows.map((row) => (row.sessions > 0 ? count(row.sessions, 'session') : ''));
  const idWidth = widest(rows.map((row) => row.id));
  const lastWidth = widest(sessions);
  // Two blanks before and between, symbol and blank: what is left is shared by title and words.
  const left = Math.max(20, columns - 4 - idWidth - 2 - 2 - 2 - lastWidth);
  const titleWidth = Math.min(widest(rows.map((row) => row.title)), Math.max(12, Math.ceil(left * 0.55)));
  const wordsWidth = Math.min(widest(rows.map((row) => row.words)), left - titleWidth);
  return rows.map((row, index) => {
    const mark = marks[row.is];
    const title = pad(cut(row.title, titleWidth), titleWidth);
    const words = pad(cut(row.words, wordsWidth), wordsWidth);
    const line = `  ${paint[mark.tone](mark.symbol)} ${paint.strong(pad(row.id, idWidth))}  ${title}  ${words}  ${paint.quiet(sessions[index] ?? '')}`;
    return line.trimEnd();
  });
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(width));
}
