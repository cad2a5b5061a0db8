import { basename } from 'node:path';
import type { Check } from '../config.ts';
import { UserError } from '../errors.ts';
import { loadConfig } from '../project/config-file.ts';
import { describeDetected, detect } from '../project/detect.ts';
import { files } from '../project/feature.ts';
import type { Files } from '../project/found.ts';
import { convertPlan, type Plan } from '../project/plan.ts';
import type { Repository } from '../workspace/repository.ts';
import { shown, type Tree, type Trees } from '../workspace/trees.ts';
import type { Crew } from './crew.ts';
import { judgeProposal } from './init-judged.ts';
import { completed, type Proposal, type Proposed } from './init-proposal.ts';
import { pathInside } from './run-dir.ts';
import type { InitInput } from './start-init.ts';

/** An existing plan as our feature list. UserError with the place of what is wrong in it. */
export function readPlan(repo: Repository, { file, text }: NonNullable<InitInput['plan']>): Plan {
  return convertPlan(text, pathInside(repo.top, file) ?? basename(file));
}

/** A proposal from an existing plan, without any brain. UserError with the reasons when a run could not start from it. */
export async function proposeFromPlan(
  crew: Crew,
  existing: Proposal,
  input: InitInput,
  plan: Plan,
): Promise<Proposed> {
  const detected = await detect(await filesOfBase(crew), input.checks);
  const written = new Map([
    [files.featureList, plan.text],
    [files.init, detected.init],
    [files.config, configText(detected.checks)],
  ]);
  const proposal = completed(written, existing, input.force);
  const reasons = await judgeProposal(crew, proposal, { unprovenAllowed: true });
  if (reasons.length > 0) {
    throw new UserError(
      `A run could not start from this plan:\n${reasons.map((one) => `- ${one.code}: ${[one.text, ...(one.tests ?? [])].join('\n  ')}`).join('\n')}`,
      [
        'Mend the plan, name the checks with --check "<command>", or commit an init.sh of your own: it is kept.',
        ...tried(proposal, detected.init),
        'Nothing of yours was changed.',
      ].join('\n'),
      'cannot-start',
    );
  }
  const ignore = detected.ignore.map(
    (line) => `.gitignore lacks "${line}", which the checks or init.sh make.`,
  );
  return {
    proposal,
    notes: [...tried(proposal, detected.init), ...plan.notes, ...detected.notes, ...ignore],
  };
}

/** What the checks and a new init.sh do, for the person: where the plan is refused they can be read nowhere else. */
function tried(proposal: Proposal, init: string): readonly string[] {
  const steps = init.split('\n').filter((line) => /^[^#\s]/.test(line) && !/^(?:set -|cd "\$\()/.test(line));
  const own = proposal.get(files.init) === init ? [`init.sh: ${steps.join('; ')}`] : [];
  return [...checksIn(proposal).map(({ name, command }) => `Check ${name}: ${command}`), ...own];
}

function checksIn(proposal: Proposal): readonly Check[] {
  const file = proposal.get(files.config);
  try {
    return file === undefined ? [] : loadConfig({ file }).config.judge.checks;
  } catch {
    // What is wrong with it is among the reasons.
    return [];
  }
}

/** What was found without a model, for the initializer's brief. */
export async function detectedText(crew: Crew, checks: readonly string[]): Promise<string> {
  return describeDetected(await detect(await filesOfBase(crew), checks));
}

async function filesOfBase(crew: Crew): Promise<Files> {
  const { trees } = crew.repo;
  return filesOf(trees, await trees.treeOf(crew.book.state.base));
}

/** The files of a tree as the detection looks at them. */
export async function filesOf(trees: Trees, tree: Tree): Promise<Files> {
  return {
    paths: (await trees.list(tree)).map((entry) => shown(entry.path)),
    read: async (path) => (await trees.read(tree, path))?.toString('utf8'),
  };
}

function configText(checks: readonly object[]): string {
  return `${JSON.stringify({ judge: { checks } }, null, 2)}\n`;
}
