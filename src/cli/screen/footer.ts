import type { Ora } from 'ora';
import { openSession } from '../../ledger/state.ts';
import { cut, oneLine, width } from '../harmless.ts';
import { costWords, elapsed, type Standing, waitWords } from '../headline.ts';
import type { Out } from '../io.ts';
import { tally } from '../listed.ts';
import { count, duration, when } from '../words.ts';

/** What goes on, in two lines no wider than `columns`: the session, then how far, the bill and the time. */
export function footerLines(
  standing: Standing,
  activity: string,
  columns: number,
): readonly [string, string] {
  const { state, features, now } = standing;
  const { pass, all } = tally(state, features);
  const limit = state.limits?.until;
  const left = limit === undefined ? '' : ` (until ${when(limit, now)}, ${duration(limit - now)} left)`;
  const far = [
    all > 0 ? `${pass} of ${count(all, 'feature')}` : '',
    costWords(state),
    duration(elapsed(standing)) + left,
  ];
  // Two columns for the spinner; the last one stays free, or some terminals wrap.
  const most = Math.max(1, columns - 3);
  return [
    cut(oneLine(doing(standing, activity, most)), most),
    cut(far.filter((part) => part !== '').join(' · '), most),
  ];
}

function doing({ state, features, now }: Standing, activity: string, columns: number): string {
  const open = openSession(state);
  // A pause lets the session that is open end first.
  if (state.wait && !open)
    return state.wait.why === 'paused'
      ? state.wait.reason
      : `${waitWords(state.wait, now)}: ${state.wait.reason}`;
  const then = state.stopAsked ? ' · stops after it' : state.wait ? ' · pauses after it' : '';
  if (!open)
    return [activity || 'between sessions', state.stopAsked ? 'stopping' : ''].filter(Boolean).join(' · ');
  const title = features.find((feature) => feature.id === open.feature)?.title ?? open.role;
  const name = open.feature === undefined ? title : `${open.feature} ${title}`;
  const phase = ` · session ${open.number}${then} · ${open.phase}`;
  // Where it is narrow the title gives way: what goes on is not to be read anywhere else.
  const room = Math.min(48, Math.max(8, columns - width(phase)));
  return `${cut(oneLine(name), room)}${phase}${activity === '' ? '' : `: ${activity}`}`;
}

/** A live footer below the lines of a terminal: the normal scrollback stays the person's. */
export interface Footer {
  /** Draws it anew. */
  draw(): void;
  /** Takes it away for good and gives the cursor back. */
  close(): void;
}

/** Puts a footer on `stream`, whose text `lines` gives for a width; drawn again each second and when the width changes. */
export async function openFooter(
  stream: Out,
  colour: boolean,
  lines: (columns: number) => readonly [string, string],
): Promise<Footer> {
  const { default: ora } = await import('ora');
  const columns = () => stream.columns ?? 80;
  const text = () => lines(columns()).join('\n  ');
  const spinner: Ora = ora({
    text: text(),
    stream: stream as NodeJS.WriteStream,
    color: colour ? 'cyan' : false,
    interval: 120,
    isEnabled: true,
    // Ctrl-C must stay a signal, and what is typed ahead belongs to the shell.
    discardStdin: false,
  } as Parameters<typeof ora>[0]).start();
  const resized = () => {
    const extra = extraRows(spinner.text, columns());
    spinner.text = text();
    // The spinner takes its two rows away before what others write, and draws itself again after a return.
    stream.write(`${extra > 0 ? `\u001b[${extra}A` : ''}\u001b[J\r`);
  };
  const timer = setInterval(() => {
    spinner.text = text();
  }, 1000);
  stream.on('resize', resized);
  return {
    draw() {
      spinner.text = text();
      spinner.render();
    },
    close() {
      clearInterval(timer);
      stream.off('resize', resized);
      spinner.stop();
    },
  };
}

/** Rows more than two into which a terminal that got narrower has wrapped the two old lines. */
function extraRows(old: string, columns: number): number {
  const rows = `  ${old}`.split('\n').map((line) => Math.max(1, Math.ceil(width(line) / columns)));
  return rows.reduce((sum, one) => sum + one, 0) - rows.length;
}
