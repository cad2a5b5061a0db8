import { stripVTControlCharacters } from 'node:util';

/** A line as a person can read it: no colours, no cursor movements; of a progress bar the last state. */
export function plainLine(line: string): string {
  const shown = stripVTControlCharacters(line).trimEnd().split('\r').pop() ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return shown.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}
