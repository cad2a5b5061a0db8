import type { Worst } from '../policy/purse.ts';
import { underAll } from '../workspace/under-all.ts';
import type { ExecOptions, Finished } from '../workspace/workspace.ts';
import type { Assignment, BrainEvent } from './brain.ts';
import type { Chatter } from './chatter.ts';
import { cutWords } from './cut-words.ts';
import { failed } from './ends-once.ts';

/** What every round of a program that is the brain has in common, whoever the program is. */

/** Characters of a brief that go to the transcript. */
const briefCap = 100_000;

/** The end of a round that must not begin; undefined where it may. `now`: ms since 1970. `worst`: of its first call. */
export function mayNotBegin(
  { limits, mayspend }: Assignment,
  signal: AbortSignal,
  now: number,
  worst: Worst = { usd: null },
): BrainEvent | undefined {
  if (signal.aborted) return failed({ kind: 'interrupted', reason: 'Stopped before it started.' });
  const over =
    limits.deadline <= now ? 'The time of the session is over.' : mayspend(worst.usd, worst.tokens);
  return over === undefined ? undefined : failed({ kind: 'over-limit', reason: over });
}

/** What it is told when it knows nothing of the round before: the reasons of a refusal come first. */
export function wholeBrief({ refusal, brief }: Assignment): string {
  return refusal === undefined ? brief : `${refusal.text.trimEnd()}\n\n---\n\n${brief}`;
}

/** Writes down what is about to be run, then runs it to its end; tells what it does meanwhile, and gives how it ended. */
export async function* runProgram(
  { workspace, transcript, limits }: Assignment,
  program: {
    readonly kind: string;
    readonly command: string;
    readonly chatter: Chatter;
    readonly options: Pick<ExecOptions, 'env' | 'onLine' | 'lineBytes'> & { readonly input: string };
    /** ms since 1970. */
    now(): number;
  },
  signals: readonly AbortSignal[],
): AsyncGenerator<BrainEvent, Finished, void> {
  const { kind, command, chatter, options } = program;
  const brief = cutWords(options.input, briefCap);
  await transcript.write(`${kind}.started`, { command, brief }, true);
  const stop = new AbortController();
  const running = underAll([...signals, stop.signal], (either) =>
    workspace.exec(command, {
      ...options,
      timeoutMs: Math.max(1, limits.deadline - program.now()),
      idleMs: limits.idleMs,
      signal: either,
    }),
  );
  let finished: Finished;
  try {
    yield* chatter.activity(running);
    finished = await running;
  } finally {
    // Reached early only when nobody listens any more: then nothing may go on.
    stop.abort();
    await running.catch(() => undefined);
  }
  await chatter.written();
  return finished;
}
