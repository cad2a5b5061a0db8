import type { Assignment } from '../brain/brain.ts';
import { parseDuration } from '../config.ts';
import { messageOf } from '../errors.ts';
import type { Crew } from './crew.ts';
import { keepUnfinished } from './keep.ts';

/** How often it is asked whether a checkpoint is due, in ms. By the clock, since a timer sleeps when a laptop does. */
const lookEvery = 1000;
/** A checkpoint may take this part of the time: where one takes long, the next one is later. */
const share = 10;

/**
 * Saves the unfinished work of a session every few minutes while `work` goes on, and when a person asks for a pause or for
 * a stop after this session. One at a time; when the work ends, one that is being made is given up. A checkpoint that
 * fails is told, and the session goes on.
 */
export async function savingMeanwhile<T>(
  crew: Crew,
  { session, feature, workspace }: Pick<Assignment, 'session' | 'feature' | 'workspace'>,
  work: () => Promise<T>,
): Promise<T> {
  const every = parseDuration(crew.config.workspace.checkpointEvery) ?? 0;
  const over = new AbortController();
  let last = crew.now();
  let pause = every;
  let asked = isAsked(crew);
  let saving: Promise<void> | undefined;
  let told = '';
  const save = async () => {
    const started = crew.now();
    try {
      await keepUnfinished(crew, session, feature?.id, workspace, { signal: over.signal });
      // Not waited for: a slow network is no reason to hold up the brain's claim.
      crew.copier?.push().catch(() => undefined);
    } catch (error) {
      const why = messageOf(error);
      if (!over.signal.aborted && why !== told) crew.watcher.say(`The work could not be saved: ${why}`);
      told = why;
    }
    last = crew.now();
    pause = Math.max(every, share * (last - started));
    saving = undefined;
  };
  const look = () => {
    const now = isAsked(crew);
    const due = (now && !asked) || Math.abs(crew.now() - last) >= pause;
    asked = now;
    if (due) saving ??= save();
  };
  const timer = setInterval(look, Math.min(lookEvery, every)).unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    over.abort();
    await saving;
  }
}

function isAsked({ book, signals }: Crew): boolean {
  return book.state.wait?.why === 'paused' || signals.soft.aborted;
}
