import type { Reason } from '../ledger/event.ts';
import { clip, plain } from '../project/plain-text.ts';
import type { Broken } from './judge.ts';

/**
 * The one table of codes. Refusals, reports, tests and docs/judge.md are made from it. A code is never given another
 * meaning, and never reused.
 */

interface Row {
  /** What it means, a sentence. */
  readonly means: string;
  /** What the brain (or, where the judge is broken, the person) can do about it. */
  readonly todo: string;
}

export const refusals = {
  'snapshot.link-out': {
    means: 'A symlink leads out of the repository.',
    todo: 'Remove it, or let it point to a relative path inside the repository.',
  },
  'snapshot.nested-repository': {
    means: 'There is a git repository inside the workspace.',
    todo: 'Remove its .git, or the folder.',
  },
  'snapshot.special-file': {
    means: 'There is a file that is neither a regular file nor a symlink nor a folder.',
    todo: 'Remove it: pipes, sockets and devices cannot be committed.',
  },
  'snapshot.hard-link': {
    means: 'A file has a second name (a hard link).',
    todo: 'Replace it with a copy.',
  },
  'snapshot.too-large': {
    means: 'A file is larger than a candidate may hold.',
    todo: 'Remove it, or add it to .gitignore if it is produced by a build.',
  },
  'snapshot.total-too-large': {
    means: 'The changes are larger than a candidate may be.',
    todo: 'Remove what does not belong to the feature, or add it to .gitignore if it is produced by a build.',
  },
  'snapshot.unreadable': {
    means: 'A file or folder cannot be read.',
    todo: 'Give it ordinary permissions, or remove it.',
  },
  'claim.no-work': {
    means: 'The feature does not pass yet, so there is work to do on it.',
    todo: 'Do it. If you cannot, claim stuck or needs-human and say why.',
  },
  'work.missing': {
    means: 'Nothing was changed.',
    todo: 'Do the work before claiming that it is done. If there is nothing to do, claim stuck or needs-human and say why.',
  },
  'rules.changed': {
    means: 'The rules of the judge were changed.',
    todo: 'Put them back as they were: only a person changes what is checked. If they are wrong, claim needs-human and say why.',
  },
  'proof.missing': {
    means: 'Nothing that was red before is green now, so nothing shows that the feature is there.',
    todo: 'Add a test that fails without your work and passes with it, and make it part of what the checks run.',
  },
  'proof.already-green': {
    means: 'The new tests already pass without your work, so they do not show that the feature is there.',
    todo: 'Write a test that fails on the sources as they were before and passes with yours.',
  },
  'proof.verify-red': {
    means: 'The verify command of the feature fails.',
    todo: 'Run it and make it pass. The judge runs it with the scripts, configuration and existing tests as they were before.',
  },
  'proof.verify-green-before': {
    means:
      'The verify command of the feature passes without your work too, so it does not show that the feature is there.',
    todo: 'Add a test that fails without your work and passes with it. If the command cannot tell the difference, claim needs-human and say so.',
  },
  'check.failed': {
    means: 'A check fails.',
    todo: 'Run it in a clean checkout and make it pass. The judge uses the scripts, configuration and existing tests as they were before.',
  },
  'check.timeout': {
    means: 'A check did not end in its time.',
    todo: 'Find what hangs or became slow: the same check ended in time before your work.',
  },
  'check.report-broken': {
    means: 'A check gave no report of its tests that can be believed, though it did before.',
    todo: 'Nothing you add may end the process, replace the reporter or write its report. Let the runner finish by itself.',
  },
  'check.prepare-failed': {
    means: 'init.sh does not get through with your changes, though it did before.',
    todo: 'Look at what it printed; most often package.json and the lock file do not fit together.',
  },
  'tests.vanished': {
    means: 'Tests that the base has are gone.',
    todo: 'Bring them back under the same names in the same files. A test that was renamed or moved counts as gone: a new name is not a pass.',
  },
  'tests.failing': {
    means: 'Tests that passed before fail now.',
    todo: 'Mend the code, not the tests: the judge uses the existing tests as they were before.',
  },
  'tests.skipped': {
    means: 'Tests that passed before are skipped or marked as todo now.',
    todo: 'Let them run and pass. A skipped test is not a pass.',
  },
  'tests.new-failing': {
    means: 'Tests that your work adds fail.',
    todo: 'Make them pass, or take out those that do not belong to the feature.',
  },
  'tests.weakened': {
    means: 'Tests that failed before pass only with your version of their file.',
    todo: 'Put the existing tests back as they were and make the code pass them; put new tests beside them.',
  },
} as const satisfies Readonly<Record<string, Row>>;

export const brokens = {
  'judge.no-checks': {
    means: 'The base says nothing that could be run: no checks in its configuration and no verify command.',
    todo: 'Add "judge.checks" to agentloop.config.json and commit it; `agentloop init` proposes them.',
  },
  'judge.config-broken': {
    means: 'The configuration of the base cannot be read.',
    todo: 'Mend agentloop.config.json and commit it; `agentloop config` shows what is wrong.',
  },
  'judge.check-missing': {
    means: 'A check cannot run at all on the base: its command is not there.',
    todo: 'Let init.sh install what the check needs, or mend the command in agentloop.config.json; `agentloop doctor` shows which tools are there.',
  },
  'judge.check-timeout': {
    means: 'A check does not end in its time on the base.',
    todo: 'Give it a longer "timeout" in agentloop.config.json, or find out what hangs.',
  },
  'judge.no-report': {
    means: 'A check promises a report of its tests and gives none on the base.',
    todo: 'Set its "report" to what its command writes, or to "none", in agentloop.config.json.',
  },
  'judge.unstable': {
    means: 'A check ends differently on the same base, and no test says why.',
    todo: 'Mend the check or take it out of agentloop.config.json: a check that ends by chance can judge nothing.',
  },
  'judge.prepare-failed': {
    means: 'init.sh does not get through on the base.',
    todo: 'Run ./init.sh in a clean clone and mend it.',
  },
  'judge.fence-failed': {
    means: 'The fence could not be put up, so nothing was run.',
    todo: 'Run `agentloop doctor`: it shows what the fence lacks.',
  },
  'judge.interrupted': {
    means: 'The judge was interrupted before it had seen enough.',
    todo: 'Run `agentloop run` again: it goes on where it stopped.',
  },
} as const satisfies Readonly<Record<string, Row>>;

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
  const rows = (table: Readonly<Record<string, Row>>) =>
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
