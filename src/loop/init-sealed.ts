import type { Brain } from '../brain/brain.ts';
import { UserError } from '../errors.ts';
import { limitsOf } from '../policy/limits.ts';
import type { Feature } from '../project/feature.ts';
import { prepare } from '../workspace/prepare.ts';
import type { Commit } from '../workspace/trees.ts';
import { bringIn } from '../workspace/vault.ts';
import { checkPurses, chooseConsultants, type Filled } from './choose-brain.ts';
import type { Crew } from './crew.ts';
import { examine } from './examine.ts';
import { noBrain } from './no-brain.ts';
import { prepareOptions } from './prepare-options.ts';
import type { Setting, StartInput } from './setting.ts';

/** Who writes sealed tests for `init --sealed`: the examiner, else the brain of init. UserError when that is nobody. */
export async function examinerOfInit(setting: Setting, input: StartInput, brain: Brain): Promise<Filled> {
  const { cwd } = input;
  const where = { examiner: cwd, evaluator: cwd, planner: cwd };
  const { examiner = { brain } } = await chooseConsultants(setting, input, where);
  if (examiner.brain === noBrain) {
    throw new UserError(
      'A plan needs no brain, but somebody has to write the sealed tests.',
      'Name who does: agentloop init --plan <file> --sealed --role examiner=<brain>',
    );
  }
  checkPurses(setting, { examiner }, limitsOf(setting.config, input.now()));
  return examiner;
}

/** Has sealed tests written for every open feature of a plan that was just committed. Gives notes for the person. */
export async function sealAll(
  crew: Crew,
  examiner: Filled,
  base: Commit,
  features: readonly Feature[],
): Promise<readonly string[]> {
  const { repo, book } = crew;
  await bringIn(repo, base);
  const prepared = await prepare(repo, await repo.trees.treeOf(base), prepareOptions(crew));
  const open = features.filter(({ passes }) => !passes);
  if ('reason' in prepared) return [`There are no sealed tests: ${prepared.reason}`];
  for (const [at, feature] of open.entries()) {
    if (await examine(crew, examiner, feature, { base, prepared })) continue;
    const left = open.slice(at).map(({ id }) => id);
    return [
      `There are no sealed tests for ${left.slice(0, 10).join(', ')}: the examiner could not be asked. Go on with: agentloop run --role examiner=<brain>`,
    ];
  }
  const without = open
    .filter(({ id }) => book.state.features.get(id)?.examined === 'missed')
    .map(({ id }) => id);
  return without.length === 0
    ? []
    : [`No usable sealed tests were written for ${without.slice(0, 10).join(', ')}.`];
}
