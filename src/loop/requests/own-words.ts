/** The line our part of a body begins with. It ends with the paragraph of trailers, so that nothing stands behind that. */
const begin = '<!-- agentloop writes from here to its trailers; your words may stand before or after -->';

/** Our words as a body. */
export function newBody(ours: string): string {
  return `${begin}\n${ours.trimEnd()}\n`;
}

/** The body with our part in it made anew and all else as it is; undefined where a person has taken our part out. */
export function replacedBody(body: string, ours: string): string | undefined {
  const text = body.replace(/\r\n/g, '\n');
  const from = text.indexOf(begin);
  if (from < 0) return undefined;
  const trailers = text.indexOf('\nAgentloop-Run: ', from);
  const end = trailers < 0 ? -1 : text.indexOf('\n\n', trailers + 1);
  const after = trailers < 0 ? undefined : end < 0 ? '' : text.slice(end).replace(/^\n+/, '');
  if (after === undefined) return undefined;
  const tail = after.trim() === '' ? '' : `\n${after}`;
  return `${text.slice(0, from)}${newBody(ours)}${tail}`;
}
