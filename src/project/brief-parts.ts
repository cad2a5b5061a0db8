import type { Check } from '../config.ts';
import type { Handoff } from '../ledger/event.ts';
import type { Feature } from './feature.ts';
import { clip, oneLine, plain } from './plain-text.ts';
import { template } from './templates.ts';

/** What several briefs have in common. */

/** Bytes of parts that stand in several briefs. */
export const partCaps = {
  agents: 5_000,
  checks: 1_500,
  progress: 4_000,
  handoff: 2_500,
  notes: 2_000,
  refusals: 5_000,
  plan: 2_700,
  feature: 300_000,
} as const;

/** How a brain ends, and what is true of it alone. */
export interface HowItEnds {
  /** A call of the tool `claim` (or `opinion`), or the file AGENTLOOP_OUTCOME. */
  readonly claimBy: 'tool' | 'outcome';
  /** Name of a template in `templates/brains/`. */
  readonly addition?: string | undefined;
}

/** The parts of a template that go with a brain: how it claims, and what is to be said to it alone. */
export function wordsFor({ claimBy, addition }: HowItEnds): { claim: string; addition: string } {
  return { claim: template(`claim/${claimBy}.md`), addition: additionText(addition) };
}

/** What is to be said to one brain alone; empty where that is nothing. */
export function additionText(addition: string | undefined): string {
  return addition === undefined ? '' : template(`brains/${addition}.md`);
}

/** The checks, a line each. */
export function checksText(checks: readonly Pick<Check, 'name' | 'command'>[]): string {
  return checks.map(({ name, command }) => `${name}: ${command}`).join('\n');
}

/** A feature as a brief shows it: all that a person has written of it. */
export function featureText(feature: Feature): string {
  const steps = feature.steps.map((step, index) => `${index + 1}. ${oneLine(step)}`);
  return [
    `${feature.id}: ${feature.title}`,
    feature.description && `\n${feature.description}`,
    steps.length > 0 && `\nHow to see that it works:\n${steps.join('\n')}`,
    `\nproof: ${feature.proof}`,
    feature.verify && `verify: ${feature.verify}`,
  ]
    .filter(Boolean)
    .join('\n');
}

/** What the last session handed over, its four texts sharing the room. */
export function handoffText({ did, learned, next, question }: Handoff): string {
  const share = Math.floor(partCaps.handoff / 4) - 60;
  const parts = { did, learned, next, question };
  return Object.entries(parts)
    .filter(([, text]) => text?.trim())
    .map(([name, text]) => `${name}: ${clip(plain(text ?? ''), share)}`)
    .join('\n');
}

/** The newest notes that fit, oldest first: the last word of a person counts most. */
export function notesText(notes: readonly string[]): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const note of [...notes].reverse()) {
    const line = `- ${clip(oneLine(note), 1000)}`;
    bytes += Buffer.byteLength(line) + 3;
    if (bytes > partCaps.notes - 200) break;
    kept.unshift(line);
  }
  return kept.join('\n');
}
