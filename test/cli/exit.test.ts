import { expect, test } from 'vitest';
import {
  appliedFailOn,
  codeFor,
  exitHelp,
  exits,
  exitTable,
  failable,
  parseFailOn,
} from '../../src/cli/exit.ts';
import { StopReason } from '../../src/ledger/event.ts';

test.each([
  ['complete', 0, 0],
  ['blocked', 10, 11],
  ['needs-human', 12, 12],
  ['max-cost', 10, 11],
  ['max-sessions', 10, 11],
  ['until', 10, 11],
  ['no-progress', 10, 11],
  ['asked', 10, 11],
  ['judge-broken', 3, 3],
  ['no-brain', 3, 3],
  ['final-judge', 13, 13],
  ['unavailable', 75, 75],
  ['interrupted', 130, 130],
  ['terminated', 143, 143],
] as const)(
  'a run that stops with "%s" exits %i when something landed, %i when nothing did',
  (reason, some, none) => {
    expect(codeFor(reason, { landed: 2 })).toBe(some);
    expect(codeFor(reason, { landed: 0 })).toBe(none);
  },
);

test('every reason to stop has a code of the table, and every code has one name', () => {
  const known = new Set<number>(exits.map((exit) => exit.code));
  for (const reason of StopReason.options) expect(known).toContain(codeFor(reason, { landed: 1 }));
  expect(new Set(exits.map((exit) => exit.name)).size).toBe(exits.length);
  expect(known.size).toBe(exits.length);
});

test.each([
  [10, undefined, 10],
  [10, 'left-landed', 1],
  [11, 'left-landed', 0],
  [12, 'needs-human, final-judge', 1],
  [13, 'needs-human,final-judge', 1],
  [75, 'none', 0],
  [0, 'left-landed', 0],
  [2, 'left-landed', 2],
  [3, 'none', 3],
  [130, 'none', 130],
])('exit %i under --fail-on %s ends as %i', (code, flag, ends) => {
  expect(appliedFailOn(code, flag === undefined ? undefined : parseFailOn(flag))).toBe(ends);
});

test.each([
  [
    'left-nothin',
    '--fail-on: "left-nothin" is not the name of an end that can be chosen. Did you mean left-nothing?',
  ],
  ['bug', '--fail-on: "bug" is not the name of an end that can be chosen.'],
  ['10', '--fail-on: "10" is not the name of an end that can be chosen.'],
  ['', '--fail-on: "" is not the name of an end that can be chosen.'],
])('--fail-on "%s" is told what is wrong', (value, sentence) => {
  expect(() => parseFailOn(value)).toThrow(sentence);
});

test('what can be chosen are the codes 10 to 13 and 75', () => {
  expect(exits.filter((exit) => failable.includes(exit.name)).map((exit) => exit.code)).toEqual([
    10, 11, 12, 13, 75,
  ]);
});

test('the table stands in the docs and in the help in the same words', () => {
  expect(exitTable().split('\n').slice(0, 4)).toEqual([
    '| code | name | means |',
    '| --- | --- | --- |',
    '| 0 | complete | every feature passes |',
    '| 1 | bug | a bug of ours, or an end that --fail-on names |',
  ]);
  for (const { code, name, meaning } of exits) {
    expect(exitTable()).toContain(`| ${code} | ${name} | ${meaning} |`);
    expect(exitHelp()).toMatch(new RegExp(`^  ${code} +${name} +${meaning}$`.replace(/[()]/g, '\\$&'), 'm'));
  }
});
