import type { Reason } from '../ledger/event.ts';
import { clip, plain } from '../project/plain-text.ts';
import { checkCodes } from './codes/of-checks.ts';
import { brokens } from './codes/of-judging.ts';
import { probeCodes } from './codes/of-probe.ts';
import { proofCodes } from './codes/of-proof.ts';
import { sealedCodes } from './codes/of-sealed.ts';
import { trustCodes } from './codes/of-trust.ts';
import { workCodes } from './codes/of-work.ts';
import type { Rows } from './codes/row.ts';
import type { Broken } from './judge.ts';

/**
 * The one table of codes. Refusals, reports, tests and docs/judge.md are made from it. A code is never given another
 * meaning, and never reused.
 */

export const refusals = {
  ...workCodes,
  ...proofCodes,
  ...checkCodes,
  ...sealedCodes,
  ...trustCodes,
  ...probeCodes,
} as const;

export type RefusalCode = keyof typeof refusals;
export type BrokenCode = keyof typeof brokens;

const mostTests = 50;
const mostOutput = 8_000;

/** A reason for refusing: what happened (default: what the code means) and what to do about it. Everything is capped. */
export function reason(
  code: RefusalCode,
  more: { readonly says?: string; readonly tests?: readonly string[]; readonly output?: string } = {},
): Reason {
  const { means, todo } = refusals[code];
  return {
    code,
    text: `${clip(plain(more.says ?? means), 4_000)} ${todo}`,
    ...(more.tests === undefined || more.tests.length === 0 ? {} : { tests: more.tests.slice(0, mostTests) }),
    ...(more.output === undefined ? {} : { output: clip(plain(more.output), mostOutput) }),
  };
}

/** The judge could not see: what the code means and, after it, what was found. */
export function broken(code: BrokenCode, found: string): Broken {
  const { means, todo } = brokens[code];
  return { ruling: 'broken', code, reason: clip(plain(`${means} ${found}`).trim(), 8_000), help: todo };
}

/** The table of docs/judge.md, between its markers. */
export function codesTable(): string {
  const rows = (table: Rows) =>
    Object.entries(table).map(([code, { means, todo }]) => `| \`${code}\` | ${means} | ${todo} |`);
  return [
    '### Refused',
    '',
    '| code | what it means | what the brain should do |',
    '| --- | --- | --- |',
    ...rows(refusals),
    '',
    '### The judge could not see',
    '',
    '| code | what it means | what a person should do |',
    '| --- | --- | --- |',
    ...rows(brokens),
  ].join('\n');
}
