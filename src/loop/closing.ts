import { trippedBy } from '../policy/breakers.ts';
import { files } from '../project/feature.ts';
import { setBlocked, setPasses } from '../project/feature-list.ts';
import { appendEntries } from '../project/progress.ts';
import { withHarnessFiles } from './candidate.ts';
import type { Crew } from './crew.ts';
import { land } from './landing.ts';
import { harnessMessage } from './message.ts';
import { blockedReasons, pendingEntries } from './pending.ts';

/**
 * The closing commit: progress entries of sessions that landed nothing and the features that are blocked.
 * It touches harness files only; with nothing to say there is no commit.
 */
export async function close(crew: Crew): Promise<void> {
  const { state } = crew.book;
  const { list } = await crew.lists(state.tip);
  const entries = crew.redact(pendingEntries(state));
  const marks = blockedReasons(state, list);
  if (entries === '' && marks.size === 0) return;
  await landHarnessFiles(crew, 'notes of sessions that landed nothing', [], {
    [files.progress]: (text) => (entries === '' ? text : appendEntries(text, entries)),
    [files.featureList]: (text) =>
      [...marks].reduce(
        (now, [id, why]) => setBlocked(now, id, why === undefined ? undefined : crew.redact(why)),
        text,
      ),
  });
}

/**
 * Sets back what the final judge found lost: each such feature is reopened in the ledger and `passes` is false again
 * on the tip. Safe to repeat: what is already set back is left alone.
 */
export async function setBack(crew: Crew): Promise<void> {
  const { book } = crew;
  const lost = book.state.final?.lost ?? [];
  for (const { feature, reason } of lost) {
    if (!book.state.features.get(feature)?.landed) continue;
    await book.record({ type: 'feature.reopened', feature, why: reason, by: 'final-judge' });
    const { limits } = book.state;
    const tripped = limits && trippedBy(book.state, feature, limits);
    if (tripped) await book.record({ type: 'feature.blocked', feature, ...tripped, reasons: [] });
  }
  const { list } = await crew.lists(book.state.tip);
  const wrong = list.features.filter(({ id, passes }) => passes && lost.some((one) => one.feature === id));
  const again = wrong.filter(({ id }) => !book.state.features.get(id)?.landed);
  if (again.length === 0) return;
  const names = again.map(({ id }) => id).join(', ');
  await landHarnessFiles(
    crew,
    `set back ${names}`,
    ['The final judge ran every proof on the tip; these no longer held.'],
    {
      [files.featureList]: (text) => again.reduce((now, { id }) => setPasses(now, id, false), text),
    },
  );
}

/** Lands a commit that changes harness files alone; none where they are so already. */
export async function landHarnessFiles(
  crew: Crew,
  subject: string,
  body: readonly string[],
  edits: Readonly<Record<string, (text: string) => string>>,
): Promise<void> {
  const tip = await crew.repo.trees.treeOf(crew.book.state.tip);
  const tree = await withHarnessFiles(crew, tip, tip, edits);
  if (tree === tip) return;
  await land(crew, {
    tree,
    message: harnessMessage(subject, body, { run: crew.run, fence: crew.fence.mode }),
  });
}
