import { UserError } from '../errors.ts';

/** One thing a plan asks for, before it is a feature. */
export interface Item {
  readonly id?: string;
  readonly title: string;
  readonly description: string;
  readonly steps: readonly string[];
  readonly priority?: number;
  /** Ticked in the plan. */
  readonly done: boolean;
}

const help = 'Write each feature as "- [ ] title" at the left edge, its steps as bullets moved in below it.';
const bullet = /^(\s*)(?:[-*+]|\d+[.)])\s+(?:\[([^\]]?)\]\s+)?(.*\S)\s*$/;
/** "F001: title", "**US-12** - title". */
const leadingId =
  /^(?:\*\*|`)?((?:[A-Z]{1,3}-?|[A-Z]{4,8}-)\d{1,6})(?:\*\*|`)?\s*(?:[:.)]|\s[-–—])\s*(?:\*\*)?\s*(.+)$/;

interface Draft {
  id?: string;
  title: string;
  done: boolean;
  depth: number;
  description: string[];
  steps: string[];
}

/**
 * The items of a Markdown checklist. A checkbox at the shallowest depth is an item, bullets below it are its steps,
 * other lines moved in below it its description. Code blocks at the left edge and everything else is skipped.
 * UserError with line for a checkbox that is neither empty nor ticked, and when there is none at all.
 */
export function readChecklist(text: string, where: string): Item[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const drafts: Draft[] = [];
  let current: Draft | undefined;
  let fenced = false;
  for (const [index, raw] of lines.entries()) {
    const line = raw.replaceAll('\t', '    ');
    if (/^(```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || line.trim() === '') continue;
    const found = bullet.exec(line);
    const depth = /^ */.exec(line)?.[0].length ?? 0;
    if (!found) {
      // Text at the left edge ends an item: it is about something else.
      if (depth === 0) current = undefined;
      else current?.description.push(line.trim());
      continue;
    }
    const [, , box, words = ''] = found;
    if (current && depth > current.depth + 1) {
      current.steps.push(words);
      continue;
    }
    current = undefined;
    if (box === undefined) continue;
    current = draft(box, words, depth, `${where} line ${index + 1}`);
    drafts.push(current);
  }
  if (drafts.length === 0) throw new UserError(`${where} holds no checklist item.`, help);
  return drafts.map(({ description, depth: _, ...item }) => ({
    ...item,
    description: description.join('\n'),
  }));
}

function draft(box: string, words: string, depth: number, at: string): Draft {
  if (!['', ' ', 'x', 'X'].includes(box)) {
    throw new UserError(`${at}: "[${box}]" is neither an open nor a ticked box.`, 'Write [ ] or [x].');
  }
  const named = leadingId.exec(words);
  const title = (named?.[2] ?? words).replace(/^\*\*(.+?)\*\*/, '$1');
  return {
    ...(named?.[1] === undefined ? {} : { id: named[1] }),
    title,
    done: /x/i.test(box),
    depth,
    description: [],
    steps: [],
  };
}
