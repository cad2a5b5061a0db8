import { cut, oneLine, wrap } from '../harmless.ts';
import type { Paint } from '../paint.ts';
import { clock } from '../words.ts';

/** What there is to say about an event, before it has a width and colours. Texts may be anybody's: they are cleaned here. */
export interface Line {
  /** One character that tells the kind without colour. */
  readonly symbol: '✓' | '✗' | '▷' | '■' | '?' | '!' | '·';
  /** Id of the feature it is about. */
  readonly feature?: string | undefined;
  readonly text: string;
  /** More below it, each starting a line of its own. */
  readonly more?: readonly string[];
}

const tones: Readonly<Record<Line['symbol'], keyof Paint>> = {
  '✓': 'good',
  '✗': 'bad',
  '▷': 'name',
  '■': 'strong',
  '?': 'warn',
  '!': 'warn',
  '·': 'quiet',
};

/** "22:15  ✓ " */
const indent = 9;
/** A text takes at most this many lines; what is longer ends in "…" and stands whole in the report. */
const mostLines = 3;

/** The lines of one event, none wider than `columns`. `at` is an ISO instant or ms since 1970. */
export function renderLine(
  line: Line,
  at: string | number,
  paint: Paint,
  columns: number,
): readonly string[] {
  const tone = paint[tones[line.symbol]];
  const [first = '', ...rest] = block(line.text, columns - (line.feature ? line.feature.length + 1 : 0));
  const quiet = line.symbol === '·' ? paint.quiet : (text: string) => text;
  const name = line.feature === undefined ? '' : `${paint.strong(oneLine(line.feature, 40))} `;
  const more = (line.more ?? []).flatMap((text) => block(text, columns));
  return [
    `${paint.quiet(clock(at))}  ${tone(line.symbol)} ${name}${quiet(first)}`.trimEnd(),
    ...[...rest, ...more].map((text) => `${' '.repeat(indent)}${quiet(text)}`),
  ];
}

function block(text: string, columns: number): readonly string[] {
  const most = Math.max(20, columns - indent);
  // Cut first: wrapping a megabyte to keep three lines of it would be work for nothing.
  const lines = wrap(oneLine(text, most * mostLines), most);
  if (lines.length <= mostLines) return lines.map((line) => cut(line, most));
  const kept = lines.slice(0, mostLines);
  return [...kept.slice(0, -1).map((line) => cut(line, most)), cut(`${kept.at(-1)} …`, most)];
}
