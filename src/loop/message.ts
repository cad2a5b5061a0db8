import type { Handoff, Proof } from '../ledger/event.ts';
import type { Feature } from '../project/feature.ts';

/** What the trailers of a commit say. */
export interface Trailers {
  readonly run: string;
  readonly session?: number;
  readonly feature?: string;
  readonly verdict?: string;
  readonly brain?: string;
  readonly fence: string;
}

/** The message of an accepted feature's commit: what, why to believe it, what the brain says of it, trailers. */
export function featureMessage(feature: Feature, proof: Proof, handoff: Handoff, trailers: Trailers): string {
  const parts = [`${feature.id}: ${line(feature.title, 120)}`, proofLines(proof)];
  // A model's words stand as a quotation: a reader sees whose they are, and they can never pass for a trailer.
  if (handoff.did) parts.push(quote(handoff.did, 600));
  parts.push(trailerLines(trailers));
  return `${parts.join('\n\n')}\n`;
}

/** The message of a commit that touches harness files only. */
export function harnessMessage(subject: string, body: readonly string[], trailers: Trailers): string {
  return `${[`agentloop: ${line(subject, 100)}`, ...(body.length > 0 ? [body.join('\n')] : []), trailerLines(trailers)].join('\n\n')}\n`;
}

function proofLines(proof: Proof): string {
  if (proof.kind === 'none') return 'Unproven: a person set proof "none" for this feature.';
  const what = proof.kind === 'command' ? 'Red before, green now (command):' : 'Red before, green now:';
  const shown = proof.turned.slice(0, 5).map((name) => `- ${line(name, 160)}`);
  const more = proof.turned.length > 5 ? [`- and ${proof.turned.length - 5} more`] : [];
  return [what, ...shown, ...more].join('\n');
}

function trailerLines(trailers: Trailers): string {
  const rows: [string, string | number | undefined][] = [
    ['Agentloop-Run', trailers.run],
    ['Agentloop-Session', trailers.session],
    ['Agentloop-Feature', trailers.feature],
    ['Agentloop-Verdict', trailers.verdict === undefined ? undefined : `accepted sha256:${trailers.verdict}`],
    // Told loudly and only where it is news: with the fence up there is nothing to warn of.
    ['Agentloop-Fence', trailers.fence === 'none' ? 'none' : undefined],
    ['Assisted-by', trailers.brain === undefined ? undefined : `agentloop:${line(trailers.brain, 100)}`],
  ];
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');
}

/** One line without control characters, cut to `max` characters. */
function line(text: string, max: number): string {
  const flat = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return flat.length <= max ? flat : `${flat.slice(0, max - 1)}…`;
}

function quote(text: string, max: number): string {
  const cut = text.length <= max ? text : `${text.slice(0, max)} […]`;
  const clean = cut.replace(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu, ' ').trim();
  return clean
    .split('\n')
    .map((row) => `> ${row}`.trimEnd())
    .join('\n');
}
