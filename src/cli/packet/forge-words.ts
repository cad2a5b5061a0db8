import { oneLine } from '../harmless.ts';
import { asCode, prose } from '../in-markdown.ts';

/**
 * Words of models, tests and repositories on a forge and in the message of a squashed commit, where more than Markdown is
 * alive: they mention nobody, close and link nothing, skip no CI, command no runner and are no HTML. What they say can
 * still be read: a character without width parts what must not stand together.
 */
const gap = '\u200b';

const alive: readonly RegExp[] = [
  // Mentions and addresses; references to issues, also as entities and as the commands of older runners.
  /[@#](?!\u200b)/g,
  // References as other forges write them, and named entities.
  /[!%&$~^](?=["#\w])/g,
  /\bGH-(?=\d)/gi,
  // Links, which close issues too.
  /:(?=\/\/)/g,
  /\bwww(?=\.)/gi,
  // Commands of runners: `::name what::`. Names of tests such as `sum::adds` stay whole.
  /(?<![\w:]):(?=:)|:(?=:(set|save|add|remove)-|:(error|warning|notice|debug|(end)?group|echo|stop-commands)\b)/gi,
  // What keeps CI from running.
  /\[(?=(skip|no|ci)[ -])/gi,
  /\*{2}(?=\*NO_CI)/g,
  /<(?=!--)/g,
];

/** Somebody's words as a quotation of at most `most` columns. */
export function quoted(text: string, most: number): string {
  return `“${words(text, most)}”`;
}

/** Words of the judge or of git, which may hold names that a model chose. */
export function words(text: string, most: number): string {
  return inert(prose(oneLine(text, most)));
}

/** A name as code: a test, a file, a commit. */
export function code(text: string, most = 160): string {
  return inert(asCode(oneLine(text, most)));
}

/** The value of a trailer: one line that no other trailer can begin in. */
export function trailerValue(text: string, most = 200): string {
  return oneLine(text, most).replace(/[^\x20-\x7e]/g, '?') || '?';
}

function inert(text: string): string {
  return alive.reduce((safe, pattern) => safe.replace(pattern, (found) => `${found}${gap}`), text);
}
