import type { Proof, Suspicion } from '../ledger/event.ts';
import { additionText, featureText, type HowItEnds } from './brief-parts.ts';
import type { Feature } from './feature.ts';
import { clip, clipIndented, oneLine, plain } from './plain-text.ts';
import { fill, template } from './templates.ts';

/** Bytes of each part, so that no work makes a brief longer. */
const caps = {
  specification: 40_000,
  feature: 20_000,
  proof: 4_000,
  notes: 4_000,
  suspicions: 16_000,
  /** The whole of it, with what it is moved in by. */
  diff: 160_000,
} as const;
/** Bytes of the diff itself, and of one file in it. */
export const diffCaps = { maxBytes: 120_000, maxFileBytes: 30_000 } as const;

/** What an evaluator's brief is made from. Everything but `mark` and how the brain ends was written by others. */
export interface EvaluatorBrief extends HowItEnds {
  readonly feature: Feature;
  /** The text of the whole specification; empty where there is none beside the feature. */
  readonly specification: string;
  readonly proof: Proof | undefined;
  readonly notes: readonly string[];
  readonly suspicions: readonly Suspicion[];
  /** From `numberedDiff`. */
  readonly diff: string;
  /** A word of chance, made for this brief alone: data cannot hold it, so data cannot end its part. */
  readonly mark: string;
}

/** The brief of an evaluator. */
export function evaluatorBrief(given: EvaluatorBrief): string {
  const part = (name: keyof typeof caps, text: string) => marked(name, given.mark, text, caps[name]);
  return fill(template('brief-evaluator.md'), {
    opinion: template(`opinion/${given.claimBy}.md`).trim(),
    addition: additionText(given.addition),
    mark: given.mark,
    specification: part('specification', given.specification),
    feature: part('feature', featureText(given.feature)),
    proof: part('proof', proofText(given.proof)),
    notes: part('notes', given.notes.map((note) => `- ${oneLine(note)}`).join('\n')),
    suspicions: part('suspicions', given.suspicions.map(suspicionLine).join('\n')),
    diff: part('diff', given.diff),
  });
}

/** What an evaluator is told that ended without an opinion. */
export function askAgain({ claimBy }: HowItEnds): string {
  return fill(template('opinion/again.md'), { opinion: template(`opinion/${claimBy}.md`).trim() });
}

function marked(name: string, mark: string, text: string, maxBytes: number): string {
  const words = plain(visible(clip(text, maxBytes))).replaceAll(mark, '');
  if (words.trim() === '') return '';
  const room = maxBytes - 2 * (name.length + mark.length + 8);
  return `begin ${name} ${mark}\n${clipIndented(words, room, '  ')}\nend ${name} ${mark}`;
}

/** Characters that hide what a text says are shown by their number: here they are part of what is to be seen. */
function visible(text: string): string {
  return text.replace(
    /(?![\n\t\r])[\p{Cc}\p{Cf}]/gu,
    (char) => `<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

function proofText(proof: Proof | undefined): string {
  if (proof === undefined || proof.kind === 'none') return 'None: a person said that it needs none.';
  const what = proof.kind === 'command' ? 'The verify command' : 'Tests';
  const names = proof.turned.map((name) => `- ${oneLine(name)}`);
  return [`${what} that failed before the work and passed after it:`, ...names].join('\n');
}

function suspicionLine({ kind, path, line, says }: Suspicion): string {
  return `- ${kind}, ${oneLine(path)}${line === undefined ? '' : `:${line}`}: ${oneLine(says)}`;
}
