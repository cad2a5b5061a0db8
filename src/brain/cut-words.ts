/** Cuts text for people to `cap` characters and says so; never in the middle of a character. */
export function cutWords(text: string, cap: number): string {
  if (text.length <= cap) return text;
  const mark = ' [cut]';
  return text.slice(0, cap - mark.length).replace(/[\uD800-\uDBFF]$/, '') + mark;
}
