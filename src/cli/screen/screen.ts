import type { Recorded } from '../../ledger/event.ts';
import type { State } from '../../ledger/state.ts';
import type { Watcher } from '../../loop/watcher.ts';
import { oneLine } from '../harmless.ts';
import { headlineLines, type Standing } from '../headline.ts';
import type { Out } from '../io.ts';
import type { Listed } from '../listed.ts';
import type { OutputMode } from '../output.ts';
import { makePaint } from '../paint.ts';
import { type Footer, footerLines, openFooter } from './footer.ts';
import { renderLine } from './line.ts';
import { lineOf } from './lines.ts';

/** Shows a run while it goes on; it is handed to the loop as its watcher. */
export interface Screen extends Watcher {
  event(event: Recorded, state: State, features: readonly Listed[]): void;
  activity(text: string): void;
  /** What is known before the first event, for the footer. */
  show(state: State, features: readonly Listed[]): void;
  /** A sentence of the command line itself, such as the answer to Ctrl-C. */
  say(text: string): void;
  /** The last line: how it ended and what to do next. Nothing when nothing has been seen. */
  done(state?: State): void;
  /** Takes footer and heartbeat away. Safe to call twice. */
  close(): void;
}

export interface ScreenOptions {
  readonly mode: OutputMode;
  readonly stdout: Out;
  readonly stderr: Out;
  readonly colour: boolean;
  /** Width of lines; default the width of stderr, or 100 where it has none. */
  readonly columns?: number | undefined;
  now(): number;
}

/** Events after which what was going on is over. The judge says what it does before it starts. */
const ends: ReadonlySet<Recorded['type']> = new Set([
  'session.started',
  'claim.made',
  'brain.failed',
  'judge.ruled',
  'judge.broken',
]);

/** Silence after which a plain screen says that it is still there, in ms. */
const heartbeatMs = 60_000;

/** Opens a screen; close it, or the process does not end on a terminal. */
export async function makeScreen(options: ScreenOptions): Promise<Screen> {
  const { mode, stdout, stderr, now } = options;
  const paint = await makePaint(options.colour);
  let last: { readonly state: State; readonly features: readonly Listed[] } | undefined;
  let doing = '';
  let footer: Footer | undefined;
  let heart: NodeJS.Timeout | undefined;
  let closed = false;

  const columns = () => options.columns ?? stderr.columns ?? 100;
  const standing = (): Standing | undefined => last && { ...last, alive: true, now: now() };
  const print = (lines: readonly string[]) => {
    if (lines.length > 0) stderr.write(`${lines.join('\n')}\n`);
    beat();
  };
  const beat = () => {
    clearTimeout(heart);
    if (mode !== 'plain' || closed) return;
    heart = setTimeout(() => {
      const at = standing();
      if (at)
        print(
          renderLine(
            { symbol: '·', text: footerLines(at, doing, 1000).join(' · ') },
            now(),
            paint,
            columns(),
          ),
        );
      else beat();
    }, heartbeatMs);
    heart.unref();
  };
  const live = (width: number): readonly [string, string] => {
    const at = standing();
    return at ? footerLines(at, doing, width) : ['starting', ''];
  };
  const close = () => {
    closed = true;
    clearTimeout(heart);
    footer?.close();
    footer = undefined;
  };
  if (mode === 'tty') footer = await openFooter(stderr, options.colour, live);
  beat();

  return {
    event(event, state, features) {
      last = { state, features };
      if (ends.has(event.type)) doing = '';
      if (mode === 'ndjson') stdout.write(`${JSON.stringify(event)}\n`);
      const silent = mode === 'ndjson' || (mode === 'quiet' && event.type !== 'judge.broken');
      const line = silent ? undefined : lineOf(event, state, features);
      if (line) print(renderLine(line, event.ts, paint, columns()));
      footer?.draw();
    },
    show(state, features) {
      last = { state, features };
      footer?.draw();
    },
    activity(text) {
      doing = oneLine(text, 200);
    },
    say(text) {
      if (mode !== 'quiet') print(renderLine({ symbol: '!', text }, now(), paint, columns()));
    },
    done(state = last?.state) {
      close();
      if (!state || mode === 'ndjson') return;
      const features = last?.features ?? [];
      const lines = headlineLines(
        { state, features, alive: false, now: now() },
        stderr.columns ?? Number.POSITIVE_INFINITY,
      );
      stderr.write(`${lines.map(paint.strong).join('\n')}\n`);
    },
    close,
  };
}
