import { featureState } from '../../ledger/state.ts';
import type { Io } from '../io.ts';
import { knownFeature, runToTell, tellRun } from '../steer.ts';

/** `agentloop answer <feature> <words…>`: words for a feature that waits for a person or is blocked; it is tried again. */
export async function answer(io: Io, feature: string, words: readonly string[]): Promise<number> {
  const view = await runToTell(io);
  knownFeature(view, feature);
  const known = featureState(view.state, feature);
  const listed = view.features.find((one) => one.id === feature);
  const waits = known.parked !== undefined || known.blocked !== undefined || listed?.blocked !== undefined;
  const text = words.join(' ');
  if (waits) return await tellRun(io, view, { type: 'answer', feature, words: text });
  io.stderr.write(`${feature} does not wait for an answer; your words go into its next brief.\n`);
  return await tellRun(io, view, { type: 'note', feature, words: text });
}

/** `agentloop note <words…>`: words for the briefs to come, of one feature or of all. */
export async function note(
  io: Io,
  words: readonly string[],
  options: { readonly feature?: string },
): Promise<number> {
  const view = await runToTell(io);
  const text = words.join(' ');
  if (options.feature === undefined) return await tellRun(io, view, { type: 'note', words: text });
  knownFeature(view, options.feature);
  return await tellRun(io, view, { type: 'note', feature: options.feature, words: text });
}
