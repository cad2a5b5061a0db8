import type { Hit, Scanned, Scanner } from './scan.ts';

const readers =
  '(?:reviewers?|evaluators?|judges?|graders?|assessors?|auditors?|assistants?|claude|chatgpt|gpt|gemini|copilot|llms?|(?:ai|language) models?|ai)';

/** Ways of talking to whoever reads the work instead of describing it. */
const ways: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\s+(?:\w+\s+){0,3}(?:previous|prior|above|earlier|preceding|your)\s+(?:instructions?|prompts?|rules|messages?|guidelines|task)/i,
  new RegExp(
    `\\b(?:note|message|instructions?|attention|reminder|hint)\\s+(?:to|for)\\s+(?:the\\s+|any\\s+|all\\s+)?(?:automated\\s+|ai\\s+|code\\s+)?${readers}\\b`,
    'i',
  ),
  new RegExp(`\\b(?:dear|attention|dearest)[,:]?\\s+(?:the\\s+|automated\\s+)?${readers}\\b`, 'i'),
  new RegExp(
    `\\b${readers}\\s*[:,]\\s*(?:please|you|do not|don't|this|accept|approve|answer|respond|the following)`,
    'i',
  ),
  new RegExp(`\\b(?:if you are|as|you are)\\s+(?:an?\\s+|the\\s+)?${readers}\\b`, 'i'),
  /\bthis\s+(?:\w+\s+){0,2}(?:has\s+been|was|is\s+already)\s+(?:already\s+|fully\s+|manually\s+)?(?:reviewed|approved|verified|audited|vetted)\b/i,
  /\b(?:answer|respond|reply|say|return|output)\s+(?:with\s+)?["'`]?no[- ]objections?\b/i,
  /\b(?:do not|don't|never)\s+(?:object\s+to|refuse|reject|flag)\s+(?:this|the|my|our)\s+(?:work|change|code|diff|patch|implementation|claim)\b/i,
  /<\|?(?:im_start|im_end|system|endoftext)\|?>|\[\/?INST\]|<\/?(?:system|instructions?)>/i,
  /\b(?:system prompt|prompt injection)\b.{0,40}\b(?:says|tells|allows|overrid)/i,
];

/** Text that talks to a reviewer, a judge or a model, wherever it stands. */
export const addressesReader: Scanner = {
  of: ['source', 'test', 'helper', 'config', 'manifest'],
  look({ lines }: Scanned): readonly Hit[] {
    return lines.flatMap((text, at) =>
      ways.some((way) => way.test(text.slice(0, 2_000)))
        ? [{ kind: 'addresses-reader', line: at + 1, says: 'It talks to whoever reads the work.' } as const]
        : [],
    );
  },
};
