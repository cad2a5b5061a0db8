import { clipIndented, plain } from './plain-text.ts';

/** The tags of a brief. */
export const tags = [
  'agents',
  'checks',
  'progress',
  'handoff',
  'plan',
  'notes',
  'refusals',
  'unfinished',
  'feature',
  'detected',
  'specification',
] as const;
export type Tag = (typeof tags)[number];

const forged = new RegExp(`<(?=\\s*/?\\s*(?:${tags.join('|')})\\b)`, 'gi');

/**
 * One part of a brief between its tags, at most `maxBytes` long; the empty string where there is nothing to
 * say. Every line of it is moved in and tags of ours in it are broken, so that data cannot end its part and go on
 * as if it were the brief.
 */
export function dataPart(tag: Tag, text: string, maxBytes: number, keep: 'both' | 'head' = 'both'): string {
  const words = plain(text);
  if (words.trim() === '') return '';
  const body = clipIndented(words.replace(forged, '&lt;'), maxBytes - 2 * tag.length - 7, '  ', keep);
  return `<${tag}>\n${body}\n</${tag}>`;
}
