import { clip, indent, oneLine, plain } from './plain-text.ts';
import { template } from './templates.ts';

/**
 * `progress.txt`: lab notes, one entry a session, only ever appended to. A line at the left edge is ours; whatever
 * a brain said stands indented below it, so that no handoff can pass for an entry.
 */
export interface ProgressEntry {
  readonly run: string;
  readonly session: number;
  readonly feature?: string;
  /** When the session started, ISO 8601. */
  readonly date: string;
  /** How the session ended: landed, refused, crashed, ... */
  readonly outcome: string;
  readonly did?: string;
  readonly learned?: string;
  readonly next?: string;
  readonly question?: string;
  /** Why the last claim was refused, one sentence each. */
  readonly refused?: readonly string[];
}

const maxFieldBytes = 1500;
const maxReasons = 10;
const mark = '=== ';

/** The text of one entry, to be put at the end of the file as it is. It starts with an empty line. */
export function formatEntry(entry: ProgressEntry): string {
  const date = oneLine(entry.date).replace(/^(.{10})T(.{5}).*Z$/, '$1 $2 UTC');
  const head = [date, entry.run, `session ${entry.session}`, entry.feature, entry.outcome]
    .filter((part) => part !== undefined)
    .map((part) => clip(oneLine(part), 200, 'head'));
  const reasons = entry.refused ?? [];
  const more = reasons.length > maxReasons ? [`and ${reasons.length - maxReasons} more`] : [];
  const refused = [...reasons.slice(0, maxReasons).map(oneLine), ...more].join('\n');
  const fields = [
    field('did', entry.did),
    field('learned', entry.learned),
    field('next', entry.next),
    field('question', entry.question),
    field('refused', refused),
  ];
  return `\n${mark}${head.join(' | ')} ===\n${fields.join('')}`;
}

/** The file with these entries at its end; a new file starts with a word about itself. */
export function appendEntries(text: string, entries: string): string {
  return (text === '' ? template('progress.txt') : text) + entries;
}

/**
 * The newest whole entries that fit into `maxBytes`, oldest first. An entry larger than that is cut at its end.
 * A file without entries gives its own head and tail.
 */
export function tail(text: string, maxBytes: number): string {
  const earlier = '(earlier entries stand in progress.txt)\n';
  const all = `\n${text.trimEnd()}`;
  const last = all.lastIndexOf(`\n${mark}`);
  if (last < 0) return clip(all.trim(), maxBytes);
  const size = (from: number): number => Buffer.byteLength(all.slice(from + 1)) + earlier.length;
  if (size(last) > maxBytes) return clip(all.slice(last + 1), maxBytes, 'head');
  let start = last;
  while (start > 0) {
    const before = all.lastIndexOf(`\n${mark}`, start - 1);
    if (before < 0) return all.slice(start + 1);
    if (size(before) > maxBytes) break;
    start = before;
  }
  return start > 0 ? earlier + all.slice(start + 1) : all.slice(1);
}

function field(name: string, text: string | undefined): string {
  const words = clip(plain(text ?? ''), maxFieldBytes).trim();
  return words === '' ? '' : `${name}: ${indent(words).trimStart()}\n`;
}
