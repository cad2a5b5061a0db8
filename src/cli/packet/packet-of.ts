import { brainWord } from '../../brain/brain-word.ts';
import type { Recorded } from '../../ledger/event.ts';
import { evidenceRef } from '../../workspace/refs.ts';
import { oneLine } from '../harmless.ts';
import type { Standing } from '../headline.ts';
import { passes } from '../listed.ts';
import { nextCommand } from '../next-command.ts';
import { resultOf } from '../result-of.ts';
import { acceptedOf } from './accepted.ts';
import { courseOf, processOf } from './course.ts';
import { decisionsOf } from './decisions.ts';
import { evidenceHash } from './evidence-list.ts';
import { type Gathered, nothingGathered } from './gathered.ts';
import { notDoneOf } from './not-done.ts';
import { outcomeWords, stateWords } from './outcome.ts';
import type { Packet } from './packet.ts';
import { refusedClaimsOf, regressionsOf } from './refused-claims.ts';
import { toldIn } from './told.ts';
import { touchedBy } from './touched-files.ts';

/**
 * The packet of a run from all its events, and from what was gathered beside them. Pure: the same events and figures
 * give the same packet, whoever asks, but for whether the run is alive and for its next command.
 */
export function packetOf(
  standing: Standing,
  events: readonly Recorded[],
  gathered: Gathered = nothingGathered,
): Packet {
  const { state, features, alive } = standing;
  const result = resultOf(
    standing,
    events.filter((event) => event.type === 'judge.ruled'),
    gathered.requests,
  );
  const told = toldIn(events);
  const accepted = acceptedOf(state, told, features, result, gathered);
  const touched = touchedBy(accepted, gathered);
  const notDone = notDoneOf(state, result);
  const sha256 = evidenceHash(accepted);
  return {
    ...result,
    seq: state.seq,
    alive,
    state: stateWords(standing),
    outcome: outcomeWords(accepted, notDone, result.features),
    next: nextCommand(standing),
    accepted,
    notDone,
    earlier: features
      .filter((one) => passes(state, one) && !state.features.get(one.id)?.landed)
      .map(({ id, title }) => ({ feature: id, title: oneLine(title) })),
    decisions: decisionsOf(result, accepted, touched),
    touched,
    regressions: regressionsOf(events, state),
    refusedClaims: refusedClaimsOf(events),
    process: processOf(events, state),
    course: courseOf(events, told, state, result.features.pass),
    assistedBy: [...new Set(state.sessions.map((one) => one.model ?? brainWord(one.brain)))],
    evidence: sha256 === undefined ? null : { ref: evidenceRef(state.run), sha256 },
  };
}
