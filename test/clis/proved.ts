import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/project/templates.ts';
import { cases } from './cases.ts';

/** What the last written run found of one brain. */
export interface Proved {
  readonly version: string;
  /** By the name of the case: what was seen, or why it does not hold. */
  readonly cases: Readonly<Record<string, { readonly holds: boolean; readonly words: string }>>;
}

/** By the name of the brain. */
export type AllProved = Readonly<Record<string, Proved>>;

export const provedFile: string = join(packageRoot(), 'test', 'clis', 'proved.json');
export const page: string = join(packageRoot(), 'docs', 'brains.md');

/** What the last written run found. */
export function lastProved(): AllProved {
  return JSON.parse(readFileSync(provedFile, 'utf8')) as AllProved;
}

const [open, close] = ['<!-- proved: written by `npm run test:clis -- --write` -->', '<!-- /proved -->'];

/** The page with the table of what was proved between its markers. */
export function pageWith(text: string, proved: AllProved): string {
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${page} has no markers for the table`);
  return `${text.slice(0, start)}${open}\n\n${tableOf(proved)}\n${text.slice(end)}`;
}

/** A row for each thing to be proved and a column for each brain, then what does not hold, each with its reason. */
function tableOf(proved: AllProved): string {
  const brains = Object.entries(proved);
  const reasons: string[] = [];
  const mark = (name: string, { cases: found }: Proved): string => {
    const one = found[name];
    if (one === undefined) return 'not tried';
    if (one.holds) return 'yes';
    if (!reasons.includes(one.words)) reasons.push(one.words);
    return `no [${reasons.indexOf(one.words) + 1}]`;
  };
  const rows = cases.map(
    ({ name, shows }) => `| ${[shows, ...brains.map(([, one]) => mark(name, one))].join(' | ')} |`,
  );
  const heads = brains.map(([name, { version }]) => `\`${name}\` ${version}`);
  return [
    `| what was proved | ${heads.join(' | ')} |`,
    `| --- |${' --- |'.repeat(brains.length)}`,
    ...rows,
    '',
    ...reasons.map((words, index) => `${index + 1}. ${words}`),
    '',
  ].join('\n');
}
