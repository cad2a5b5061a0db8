import type { Reason } from '../ledger/event.ts';
import { clip, clipIndented, indent, oneLine, plain } from './plain-text.ts';

const maxReasons = 8;
const maxTests = 10;

/**
 * Reasons of a refusal as numbered plain text that fits into `maxBytes` once it stands in a part of a brief: every
 * reason keeps its code and its sentence, and the output of the checks shares what room is left.
 */
export function reasonsText(reasons: readonly Reason[], maxBytes: number): string {
  const shown = reasons.slice(0, maxReasons);
  const room = Math.floor((maxBytes - 100) / Math.max(1, shown.length));
  const texts = shown.map((reason, index) => `${index + 1}. ${reasonText(reason, room - 10)}`);
  if (reasons.length > shown.length) texts.push(`and ${reasons.length - shown.length} more reasons`);
  return texts.join('\n');
}

function reasonText({ code, text, tests = [], output }: Reason, room: number): string {
  const words = cut(plain(text), Math.ceil(room / 2), '');
  const names = tests.slice(0, maxTests).map((name) => `- ${clip(oneLine(name), 200, 'head')}`);
  if (tests.length > maxTests) names.push(`- and ${tests.length - maxTests} more`);
  const head = cut([`${code}: ${words}`, ...names].join('\n'), room, '');
  const left = room - Buffer.byteLength(indent(head)) - 24;
  if (output === undefined || plain(output).trim() === '' || left < 200) return head;
  return `${head}\nWhat it printed:\n${cut(plain(output), left, '| ')}`;
}

/** Cut with regard to the two blanks that a part puts before each line. */
function cut(text: string, maxBytes: number, by: string): string {
  return clipIndented(text, maxBytes, `  ${by}`).replace(/^ {2}/gm, '');
}
