import { oneLine } from './harmless.ts';

/** Anybody's words inside Markdown: they stay words, whatever they look like. */
export function prose(text: string): string {
  return oneLine(text)
    .replace(/[\\`*<>[\]|]/g, '\\$&')
    .replace(/(^|\s)([#_~])/g, '$1\\$2')
    .replaceAll('@', '@\u200b');
}

/** Anybody's words as code: the fence is longer than any run of backticks in them. */
export function asCode(text: string): string {
  const clean = oneLine(text, 300).replaceAll('|', '¦');
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length));
  if (longest === 0) return `\`${clean}\``;
  const fence = '`'.repeat(longest + 1);
  return `${fence} ${clean} ${fence}`;
}

/** A list of these; `none` where there is nothing to list. */
export function bullets(lines: readonly string[], none: string): string {
  return lines.length === 0 ? none : lines.map((line) => `- ${line}`).join('\n');
}
