import type { Relation } from './blocks.ts';

/**
 * For languages we do not read: every line of the old text is in the new one, in order, with the same line above it by
 * indentation; new lines stand at the top or in a group of tests, never in the body of a function.
 */
export function compareCode(old: string, now: string): Relation {
  const [olds, news] = [linesOf(old), linesOf(now)];
  if (olds.length === news.length && olds.every(({ text }, at) => text === news[at]?.text))
    return { is: 'same' };
  const found = inOrder(olds, news);
  if (typeof found === 'number') return lost(olds[found] as Line);
  const kept = new Map(found.map((index, at) => [index, at]));
  for (const [index, line] of news.entries()) {
    const at = kept.get(index);
    const above = line.above === undefined ? undefined : kept.get(line.above);
    if (at !== undefined) {
      if (above !== olds[at]?.above) return intrudes(line);
    } else if (above !== undefined && !group.test(news[line.above as number]?.text ?? ''))
      return intrudes(line);
  }
  return { is: 'grown' };
}

/** For text and data: every line of the old text is in the new one, in order. */
export function compareText(old: string, now: string): Relation {
  if (old === now) return { is: 'same' };
  const [olds, news] = [linesOf(old), linesOf(now)];
  const found = inOrder(olds, news);
  return typeof found === 'number' ? lost(olds[found] as Line) : { is: 'grown' };
}

/** What holds tests, not their steps: suites, classes, modules, imports, and tables of cases. */
const group =
  /^(export\s+)?((public|private|internal|open|abstract|final|sealed|static|partial|data|pub)\s+)*(class|interface|struct|enum|namespace|module|mod|impl|trait|object|extension|import|extern|RSpec\.describe|describe|context|feature)\b|(:?=|\breturn)\s*(\[\]|map\[|vec!\[|\[).*[{[]$|^\}\s*\{$/;

interface Line {
  readonly text: string;
  readonly indent: number;
  /** From 1. */
  readonly number: number;
  /** The nearest line before it that is less indented, by its place in the list. */
  readonly above: number | undefined;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const trimmed = raw.trimEnd();
    if (trimmed.trim() === '') continue;
    const indent = (/^\s*/.exec(trimmed) as RegExpExecArray)[0].replaceAll('\t', '        ').length;
    let above = lines.length - 1;
    while (above >= 0 && (lines[above] as Line).indent >= indent) above -= 1;
    // A brace on a line of its own belongs to the line before it.
    if (lines[above]?.text === '{') above -= 1;
    lines.push({ text: trimmed.trim(), indent, number: at + 1, above: above < 0 ? undefined : above });
  }
  return lines;
}

/** Where each old line stands in the new text; or the first old one, by its place, that is nowhere. */
function inOrder(olds: readonly Line[], news: readonly Line[]): readonly number[] | number {
  const found: number[] = [];
  let at = 0;
  for (const [index, { text, indent }] of olds.entries()) {
    while (at < news.length && (news[at]?.text !== text || news[at]?.indent !== indent)) at += 1;
    if (at === news.length) return index;
    found.push(at);
    at += 1;
  }
  return found;
}

function lost({ number, text }: Line): Relation {
  return { is: 'edited', why: `line ${number}: "${text.slice(0, 60)}" is not there any more` };
}

function intrudes({ number, text }: Line): Relation {
  return {
    is: 'edited',
    why: `line ${number}: "${text.slice(0, 60)}" is new in the middle of what was there`,
  };
}
