import type { Result } from '../result.ts';
import { count } from '../words.ts';
import { worthALook } from '../worth-a-look.ts';
import type { Accepted, Decision, Touched } from './packet.ts';

/** Refusals from which on a feature that landed deserves a second look. */
const hardWon = 2;

/** What a person should make up their mind about before they merge, the most doubtful first. */
export function decisionsOf(
  result: Result,
  accepted: readonly Accepted[],
  { outside }: Pick<Touched, 'outside'>,
): readonly Decision[] {
  const of = (feature: string) => accepted.find((one) => one.feature === feature);
  const seqOf = (feature: string) => of(feature)?.ruled ?? of(feature)?.seq ?? null;
  const found: Decision[] = [];
  const say = (feature: string | null, text: string, place: string | null = null) =>
    found.push({ feature, place, text, seq: feature === null ? null : seqOf(feature) });
  for (const { feature, proof, look } of accepted)
    if (proof.kind === 'none')
      say(feature, 'It passes because a person said so: nothing proves it.', look[0] ?? null);
  for (const { feature, accepted: landed, fromBase } of result.leftOut)
    if (landed && feature !== null && of(feature))
      for (const path of fromBase)
        say(feature, 'Judged by the version before: nobody has judged this change.', path);
  for (const { feature, path, kind } of outside)
    if (kind !== 'lock file')
      say(
        feature,
        `It touched the ${kind === 'manifest' ? 'manifest: dependencies or scripts' : kind}.`,
        path,
      );
  const { each, same } = worthALook(result.landings);
  for (const { feature, lines } of each)
    for (const { place, text } of lines) say(feature, plainer(text), place ?? null);
  for (const { features, text } of same) say(null, `${count(features, 'feature')}: ${text}`);
  for (const { feature, refusals, look } of accepted)
    if (refusals >= hardWon) say(feature, `It landed after ${count(refusals, 'refusal')}.`, look[0] ?? null);
  const size = (one: Accepted) => one.added + one.removed;
  const [largest] = accepted.toSorted((a, b) => size(b) - size(a));
  if (largest && accepted.length > 1)
    say(
      largest.feature,
      `The largest change of the run (+${largest.added} -${largest.removed} in ${count(largest.files, 'file')}).`,
      largest.look[0] ?? null,
    );
  return found;
}

/** A note of the judge, for whoever does not know the names of our options. */
function plainer(note: string): string {
  const allowed = /^Allowed by judge\.allow: (.*?)\.?$/s.exec(note)?.[1];
  return allowed === undefined
    ? note
    : `It changed ${allowed}, which judge.allow in your configuration permits: read that change.`;
}
