import { count, dollars } from '../../words.ts';
import type { Accepted, Packet } from '../packet.ts';
import { el, joined, type Markup, mono, type Piece, quote, seq } from './markup.ts';
import { head } from './step-chart.ts';

/** What landed, and why to believe it. */
export function landed({ accepted }: Packet): Markup {
  return el(
    'section',
    { 'aria-labelledby': 'landed' },
    el('h2', { id: 'landed' }, 'Landed'),
    accepted.length === 0 ? el('p', {}, 'Nothing landed.') : accepted.map(card),
  );
}

function card(one: Accepted): Markup {
  const { feature, title, description, commit, parent, proof, tests, look, did, sessions, refusals, usd } =
    one;
  const rows: readonly (readonly [string, Piece])[] = [
    ['a user can now', description === '' ? undefined : quote(description, 600)],
    ['proof', proven(proof)],
    [
      'red, then green',
      proof.kind === 'none'
        ? undefined
        : [
            'red at ',
            mono(parent.slice(0, 10)),
            ', green at ',
            mono(commit.slice(0, 10)),
            ' ',
            seq(one.ruled),
          ],
    ],
    [
      'all tests',
      tests === null
        ? undefined
        : `${tests.before} passed before, ${tests.after} pass now, ${tests.added} added`,
    ],
    ['look here first', look.length === 0 ? undefined : joined(look.map(mono), ', ')],
    [
      'cost',
      `${dollars(usd)}, ${count(sessions, 'session')}${refusals === 0 ? '' : `, refused ${count(refusals, 'time')} before`}`,
    ],
    ['the brain says', did === null ? undefined : quote(did, 600)],
  ];
  return el(
    'article',
    { class: 'card' },
    el('h3', {}, el('span', { class: 'id' }, feature), ' ', title),
    el(
      'p',
      { class: 'quiet' },
      mono(commit.slice(0, 10)),
      ` ${count(one.files, 'file')}, +${one.added} −${one.removed} `,
      seq(one.seq),
    ),
    el(
      'dl',
      { class: 'facts' },
      rows.map(([name, value]) =>
        value === undefined ? undefined : [el('dt', {}, name), el('dd', {}, value)],
      ),
    ),
  );
}

const mostNames = 12;

function proven({ kind, turned }: Accepted['proof']): Piece {
  if (kind === 'none') return el('strong', { class: 'warn' }, 'Unproven: a person said so.');
  const shown = turned.slice(0, mostNames).map((name) => el('li', {}, mono(name)));
  const left = turned.length - shown.length;
  return el('ul', {}, shown, left > 0 && el('li', {}, `and ${left} more`));
}

/** Old tests and files beside the work that landed work has touched. */
export function touched({ touched: { known, tests, outside, gone } }: Packet): Markup {
  const place = (feature: string, number: number, commit: string) => [
    el('td', {}, feature, ' ', seq(number)),
    el('td', { class: 'roomy' }, mono(commit.slice(0, 10))),
  ];
  const rows = [
    ...tests.map((one) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, mono(one.path), one.to !== null && [' to ', mono(one.to)]),
        el(
          'td',
          { class: one.what === 'only added to' ? '' : 'bad' },
          `test, ${one.what} (+${one.added} −${one.removed})`,
        ),
        place(one.feature, one.seq, one.commit),
      ),
    ),
    ...outside.map((one) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, mono(one.path)),
        el('td', {}, `${one.kind}, ${one.what}`),
        place(one.feature, one.seq, one.commit),
      ),
    ),
  ];
  const nothing = known
    ? 'No existing test was changed or removed; dependencies, CI and configuration are untouched.'
    : 'Whether existing tests were changed could not be seen: the commits are not in this clone.';
  return el(
    'section',
    { 'aria-labelledby': 'touched' },
    el('h2', { id: 'touched' }, 'Existing tests, dependencies, CI, configuration'),
    (rows.length === 0 || !known) && gone.length === 0 && el('p', {}, nothing),
    gone.map(({ feature, tests: names }) =>
      el(
        'p',
        { class: 'bad' },
        `${feature}: ${count(names.length, 'test')} no longer there: `,
        joined(names.slice(0, mostNames).map(mono), ', '),
      ),
    ),
    rows.length > 0 &&
      el(
        'table',
        {},
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            ['file', 'what', 'by'].map(head),
            el('th', { scope: 'col', class: 'roomy' }, 'commit'),
          ),
        ),
        el('tbody', {}, rows),
      ),
  );
}
