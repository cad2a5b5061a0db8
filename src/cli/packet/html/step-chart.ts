import { el, type Markup, type Piece, seq } from './markup.ts';

/** A value from an instant on. */
export interface Step {
  readonly seq: number;
  /** ISO instant. */
  readonly at: string;
  readonly value: number;
}

export interface StepChart {
  readonly id: string;
  readonly title: string;
  /** What it shows, in a sentence: for those who do not see it. */
  readonly says: string;
  readonly steps: readonly Step[];
  readonly from: string;
  readonly to: string;
  /** A line across, which is the end of what may be reached; with its name. */
  readonly goal?: { readonly value: number; readonly name: string };
  /** The unit of the values, as people read them. */
  show(value: number): string;
}

const height = 100;
const [top, bottom] = [4, 98];
/** Rows of the table below a chart; between them some are left out. */
const mostRows = 60;

/**
 * A value over time as inline SVG, in steps, with its figures in a table below it. Places along the time are in percent, so
 * that it fits every width and its words keep their size.
 */
export function stepChart(chart: StepChart): Markup {
  const { id, title, says, steps, goal, show } = chart;
  const most = Math.max(goal?.value ?? 0, ...steps.map(({ value }) => value), Number.EPSILON);
  const y = (value: number) => round(bottom - ((bottom - top) * value) / most);
  const at = placing(chart.from, chart.to);
  const pieces = steps.flatMap(({ at: from, value }, n): Piece[] => {
    const next = steps[n + 1];
    const [left, right] = [at(from), next ? at(next.at) : 100];
    const area = {
      x: `${left}%`,
      width: `${round(right - left)}%`,
      y: y(value),
      height: round(bottom - y(value)),
    };
    return [
      el('rect', { class: 'area', ...area }),
      el('line', { class: 'step', x1: `${left}%`, x2: `${right}%`, y1: y(value), y2: y(value) }),
      next &&
        el('line', { class: 'step', x1: `${right}%`, x2: `${right}%`, y1: y(value), y2: y(next.value) }),
    ];
  });
  const last = steps.at(-1);
  return el(
    'figure',
    { class: 'chart' },
    el(
      'figcaption',
      {},
      title,
      last && [' ', el('strong', {}, show(last.value)), ' ', seq(last.seq)],
      goal && el('span', { class: 'quiet small' }, ` · ${goal.name} (dashed)`),
    ),
    el(
      'svg',
      { role: 'img', 'aria-labelledby': `${id}-title ${id}-says`, width: '100%', height },
      el('title', { id: `${id}-title` }, title),
      el('desc', { id: `${id}-says` }, says),
      el('line', { class: 'axis', x1: 0, x2: '100%', y1: bottom, y2: bottom }),
      goal && el('line', { class: 'goal', x1: 0, x2: '100%', y1: y(goal.value), y2: y(goal.value) }),
      ...pieces,
    ),
    // Beside the picture: words in it grow and shrink with nothing else, and nobody can tell what is behind them.
    el(
      'p',
      { class: 'ends quiet small' },
      el('span', {}, clockOf(chart.from)),
      el('span', {}, clockOf(chart.to)),
    ),
    figures(chart),
  );
}

function figures({ title, steps, show }: StepChart): Markup {
  const rows = thinned(steps).map(({ seq: number, at, value }) =>
    el('tr', {}, el('td', {}, seq(number)), el('td', {}, `${dayAndClock(at)}`), el('td', {}, show(value))),
  );
  return el(
    'details',
    {},
    el('summary', {}, 'figures'),
    el(
      'table',
      {},
      el('caption', { class: 'unseen' }, title),
      el('thead', {}, el('tr', {}, head('event'), head('when (UTC)'), head('value'))),
      el('tbody', {}, rows),
    ),
  );
}

export function head(name: string): Markup {
  return el('th', { scope: 'col' }, name);
}

/** Where an instant lies between two others, in percent. */
export function placing(from: string, to: string): (instant: string) => number {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const span = Math.max(1, last - first);
  return (instant) => round(Math.min(100, Math.max(0, (100 * (Date.parse(instant) - first)) / span)));
}

/** HH:MM UTC. */
export function clockOf(instant: string): string {
  return `${new Date(instant).toISOString().slice(11, 16)} UTC`;
}

/** YYYY-MM-DD HH:MM, UTC. */
export function dayAndClock(instant: string): string {
  return new Date(instant).toISOString().slice(0, 16).replace('T', ' ');
}

function thinned(steps: readonly Step[]): readonly Step[] {
  if (steps.length <= mostRows) return steps;
  const each = (steps.length - 1) / (mostRows - 1);
  return Array.from({ length: mostRows }, (_, n) => steps[Math.round(n * each)] as Step);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
