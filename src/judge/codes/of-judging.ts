import type { Rows } from './row.ts';

/** Why the judge could not see. */
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
  'judge.disk-full': {
    means: 'A command failed on a disk that is full, so it says nothing of the work.',
    todo: 'Make room where workspaces stand (`agentloop doctor` names the folder, `agentloop clean` empties it), then run `agentloop run` again.',
  },
  'judge.sealed-broken': {
    means: 'The sealed tests of a feature cannot be laid over a tree.',
    todo: 'Look at them with `agentloop sealed list`: mend the files in your folder, or take them out with `agentloop sealed drop`.',
  },
  'judge.evaluator-unavailable': {
    means: 'The evaluator could not be asked, and without its opinion nothing is accepted.',
    todo: 'See why in the ledger (`agentloop events`); choose another with --role evaluator=<brain>; "none" does without.',
  },
  'judge.interrupted': {
    means: 'The judge was interrupted before it had seen enough.',
    todo: 'Run `agentloop run` again: it goes on where it stopped.',
  },
} as const satisfies Rows;
