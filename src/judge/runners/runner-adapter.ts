import type { Adapter, Asked, BrokenReport, Question, Report, ReportFile } from './adapter.ts';
import type { RawTest } from './identity.ts';
import { readTold, type Told, testsOf } from './told.ts';

/** What there is to say about a runner that tells the judge its tests by itself. */
export interface Runner {
  readonly name: string;
  /** Whether its test files are apart from each other where the runner does not say. */
  readonly isolated: boolean;
  readonly ask: (run: Asked) => Question;
  /** Where its lines are not one a test. Undefined: this run is no part of the check. */
  readonly tests?: (name: string, told: Told, run: Asked) => readonly RawTest[] | BrokenReport | undefined;
  readonly apart?: (told: Told) => boolean;
}

/** Every runner needs this to tell anything. */
const teller = { 'teller.cjs': 'reporters/teller.cjs' };

/** The adapter of such a runner. Its reports are named `<runner>-<n>.told`. */
export function runnerAdapter(runner: Runner): Adapter {
  const { name } = runner;
  return {
    name,
    ask(run) {
      const question = runner.ask(run);
      return { ...question, files: { ...teller, ...question.files } };
    },
    owns: (file) => toldBy(file) === name,
    read: (files, run) => read(runner, files, run),
  };
}

/** The name of a report that a runner told. */
export function toldName(runner: string, n: number): string {
  return `${runner}-${n}.told`;
}

function toldBy(file: string): string | undefined {
  return /^(.+)-\d+\.told$/.exec(file)?.[1];
}

function read(runner: Runner, files: readonly ReportFile[], run: Asked): Report | BrokenReport | undefined {
  const tests: RawTest[] = [];
  let isolated = true;
  let any = false;
  for (const file of files) {
    const told = readTold(file);
    if (told === undefined) continue;
    if ('broken' in told) return told;
    const found = (runner.tests ?? testsOf)(file.name, told, run);
    if (found === undefined) continue;
    if ('broken' in found) return found;
    any = true;
    isolated &&= runner.apart?.(told) ?? told.isolated ?? runner.isolated;
    tests.push(...found);
  }
  return any ? { tests, isolated } : undefined;
}

/** What makes `ask.cjs` put the question to a runner on Node. */
export function askInNode(folder: string, files: Readonly<Record<string, string>>): Question {
  return {
    files: { 'ask.cjs': 'reporters/ask.cjs', ...files },
    nodeOptions: ['--require', `${folder}/ask.cjs`],
  };
}
