import { UserError } from '../errors.ts';
import type { StopReason } from '../ledger/event.ts';
import { didYouMean } from '../project/did-you-mean.ts';

/** How `agentloop` can end: the one table. Docs, help and tests are made from it. */
export const exits = [
  { code: 0, name: 'complete', meaning: 'every feature passes' },
  { code: 1, name: 'bug', meaning: 'a bug of ours, or an end that --fail-on names' },
  { code: 2, name: 'usage', meaning: 'the command line or a file of yours is wrong' },
  {
    code: 3,
    name: 'cannot-start',
    meaning: 'nothing can be judged or started: unstable checks, a held lock, no brain',
  },
  { code: 10, name: 'left-landed', meaning: 'features are left and something landed' },
  { code: 11, name: 'left-nothing', meaning: 'features are left and nothing landed' },
  { code: 12, name: 'needs-human', meaning: 'what is left waits for a person' },
  { code: 13, name: 'final-judge', meaning: 'the final judge failed twice' },
  {
    code: 14,
    name: 'refused',
    meaning: 'judge or verify: the commit is refused, or the branch is not what it says',
  },
  { code: 75, name: 'unavailable', meaning: 'the brain is unavailable or its usage window is closed' },
  { code: 130, name: 'interrupted', meaning: 'interrupted by Ctrl-C, the work is saved' },
  { code: 143, name: 'terminated', meaning: 'ended by SIGTERM or SIGHUP, the work is saved' },
] as const;

export type Exit = (typeof exits)[number];
export type ExitName = Exit['name'];

/** The number of a name. */
export function codeOf(name: ExitName): number {
  return (exits.find((exit) => exit.name === name) as Exit).code;
}

const ends: Readonly<Record<StopReason, ExitName | 'left'>> = {
  complete: 'complete',
  blocked: 'left',
  'needs-human': 'needs-human',
  'max-cost': 'left',
  'max-cost-per-day': 'left',
  'max-tokens': 'left',
  'max-sessions': 'left',
  until: 'left',
  'no-progress': 'left',
  asked: 'left',
  'judge-broken': 'cannot-start',
  'no-brain': 'cannot-start',
  'final-judge': 'final-judge',
  unavailable: 'unavailable',
  interrupted: 'interrupted',
  terminated: 'terminated',
  'taken-over': 'cannot-start',
};

/** The exit code of a run that stopped for this reason. `landed`: features it has landed. */
export function codeFor(reason: StopReason, run: { readonly landed: number }): number {
  const name = ends[reason];
  if (name !== 'left') return codeOf(name);
  return codeOf(run.landed > 0 ? 'left-landed' : 'left-nothing');
}

/** The ends `--fail-on` can name: the run did its work, and it is for the caller to say whether that is a failure. */
export const failable: readonly ExitName[] = [
  'left-landed',
  'left-nothing',
  'needs-human',
  'final-judge',
  'unavailable',
];

/** Reads the value of `--fail-on`. UserError for a name that is none of `failable`. */
export function parseFailOn(value: string): readonly ExitName[] {
  if (value.trim() === 'none') return [];
  return value.split(',').map((part) => {
    const word = part.trim();
    const name = failable.find((one) => one === word);
    if (name) return name;
    const near = didYouMean(word, failable);
    throw new UserError(
      `--fail-on: "${word}" is not the name of an end that can be chosen.${near ? ` Did you mean ${near}?` : ''}`,
      `Names: ${failable.join(', ')}; or none.`,
    );
  });
}

/**
 * What the process ends with under `--fail-on`: an end that is named is 1, one that could have been named and was not
 * is 0, all others stay what they are. Without the flag nothing changes.
 */
export function appliedFailOn(code: number, failOn: readonly ExitName[] | undefined): number {
  const exit = exits.find((one) => one.code === code);
  if (!failOn || !exit || !failable.includes(exit.name)) return code;
  return failOn.includes(exit.name) ? 1 : 0;
}

/** The table as Markdown, for the docs. */
export function exitTable(): string {
  const rows = exits.map((exit) => `| ${exit.code} | ${exit.name} | ${exit.meaning} |`);
  return ['| code | name | means |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** The table as it stands in the help, indented by two. */
export function exitHelp(): string {
  return exits
    .map((exit) => `  ${String(exit.code).padEnd(5)}${exit.name.padEnd(14)}${exit.meaning}`)
    .join('\n');
}
