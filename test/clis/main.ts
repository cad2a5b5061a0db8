import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { agentNames } from '../../src/config-brains.ts';
import { type Case, type Finding, Missed } from './case.ts';
import { cases } from './cases.ts';
import { clis } from './clis.ts';
import { type Installed, installed } from './install.ts';
import { overhead, overheadOfNobody } from './overhead.ts';
import { type AllProved, lastProved, page, pageWith, provedFile } from './proved.ts';
import { type Subject, subjectsOf } from './subjects.ts';

export { agentNames, installed, overhead, overheadOfNobody };

/**
 * Plays all cases (or those that the words choose, by case and by brain) with the real CLIs, one after the other, and
 * gives an exit code: 1 where something ended otherwise than is known of it (clis.ts). `--write` keeps what was found of
 * those brains of which all ended as known.
 */
export async function provedByRuns(
  words: readonly string[],
  here: Installed,
  say: (line: string) => void,
): Promise<number> {
  for (const [name, why] of Object.entries(here.missing)) say(`skipped: ${name}: ${why}`);
  const all = subjectsOf(here).filter(({ name }) => name === 'stand-in' || here.missing[name] === undefined);
  const subjects = chosen(all, words);
  const found = new Map<Subject, Map<Case, Finding>>();
  let surprises = 0;
  for (const subject of subjects) {
    const row = new Map<Case, Finding>();
    found.set(subject, row);
    for (const one of chosen(cases, words)) {
      const start = Date.now();
      const finding = await find(one, subject);
      const seconds = ((Date.now() - start) / 1000).toFixed(1).padStart(5);
      const known = isKnown(subject, one, finding);
      if (!known) {
        surprises += 1;
        found.delete(subject);
      }
      const told = finding.holds ? finding.seen : finding.why;
      say(
        `${known ? 'ok ' : 'NOT'} ${seconds} s  ${subject.name} ${one.name}: ${finding.holds ? '' : 'no: '}${told}`,
      );
      row.set(one, finding);
    }
  }
  if (words.includes('--write')) keep(found, say);
  say(surprises === 0 ? 'all as known' : `${surprises} not as known`);
  return surprises === 0 ? 0 : 1;
}

function chosen<T extends Subject | Case>(all: readonly T[], words: readonly string[]): readonly T[] {
  const some = all.filter(({ name }) => words.includes(name));
  return some.length === 0 ? all : some;
}

async function find(one: Case, subject: Subject): Promise<Finding> {
  try {
    return await one.play(subject);
  } catch (error) {
    if (error instanceof Missed) return { holds: false, why: error.message };
    return { holds: false, why: `the test itself broke: ${error instanceof Error ? error.stack : error}` };
  }
}

/** Whether this is how it ends with this brain: that it holds, unless the brain is known not to be able to. */
function isKnown(subject: Subject, one: Case, finding: Finding): boolean {
  const cannot = subject.cannot[one.name];
  return finding.holds ? cannot === undefined : finding.why === cannot;
}

/** Writes the findings of the agent CLIs, and the table. Those of others stay as they are. */
function keep(found: ReadonlyMap<Subject, ReadonlyMap<Case, Finding>>, say: (line: string) => void): void {
  const old: AllProved = existsSync(provedFile) ? lastProved() : {};
  const all: Record<string, AllProved[string]> = {};
  for (const name of Object.keys(clis)) {
    const [subject, row] = [...found].find(([one]) => one.name === name) ?? [];
    const before = old[name];
    if (subject === undefined || row === undefined) {
      if (before) all[name] = before;
      continue;
    }
    const isSame = before?.version === subject.version;
    const words = [...row].map(([one, finding]) => {
      const told = finding.holds ? finding.seen : finding.why;
      return [one.name, { holds: finding.holds, words: told }] as const;
    });
    const kept = isSame ? before.cases : {};
    all[name] = { version: subject.version, cases: { ...kept, ...Object.fromEntries(words) } };
  }
  writeFileSync(provedFile, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(page, pageWith(readFileSync(page, 'utf8'), all));
  say('test/clis/proved.json and docs/brains.md: written');
}
