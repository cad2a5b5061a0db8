import { UserError } from '../errors.ts';
import type { Wanted } from './choose-run.ts';
import { checkRemote } from './copier.ts';
import { findUnfinished } from './find-unfinished.ts';
import type { Setting } from './setting.ts';
import { takeUp } from './take-up.ts';

interface TakenUpFor {
  readonly wanted: Wanted;
  /** Whether a first push must get through, so that the other machine sees who carries the run. */
  readonly taken: boolean;
}

/** Takes up a run of another machine, where one is asked for: from then on it is a run of here, by its name. */
export async function takenUp(
  setting: Pick<Setting, 'repo' | 'config'>,
  input: { readonly wanted: Wanted; say(text: string): void },
): Promise<TakenUpFor> {
  const { repo, config } = setting;
  const { from, name, fresh, base } = input.wanted;
  if (input.wanted.resume !== undefined) return resumed(setting, input);
  if (from === undefined) return { wanted: input.wanted, taken: false };
  if (fresh || base !== undefined)
    throw new UserError('--from goes on with a run; --new and --base begin one.', 'Leave one of them out.');
  await checkRemote(repo, from, '--from');
  const { pushCheckpoints: to = from } = config.workspace;
  if (to !== from) {
    throw new UserError(
      `The run comes from ${from} and its checkpoints would go to ${to}: the other machine would not see that this one carries it.`,
      `agentloop run --from ${from} --push-checkpoints ${from}`,
    );
  }
  const { run, said } = await takeUp(repo, from, name);
  input.say(said);
  return { wanted: { name: run, from }, taken: true };
}

/**
 * `--resume auto`: the unfinished run of the remote, else a new one. Where no checkpoints are pushed, as by a CI job whose
 * token may only read, nothing tells another machine of it: that only one works is then the concern of who starts them.
 */
async function resumed(
  { repo, config }: Pick<Setting, 'repo' | 'config'>,
  { wanted, say }: { readonly wanted: Wanted; say(text: string): void },
): Promise<TakenUpFor> {
  const { name, fresh, base, from } = wanted;
  if (fresh || base !== undefined || from !== undefined)
    throw new UserError(
      '--resume auto finds out by itself which run goes on; --new, --base and --from say it.',
      'Leave one of them out.',
    );
  const to = config.workspace.pushCheckpoints;
  const remote = to ?? 'origin';
  await checkRemote(repo, remote, '--resume auto');
  const { names, unfinished } = await findUnfinished(repo, remote, name, say);
  if (unfinished === undefined) {
    say(`No unfinished run on ${remote}.`);
    return { wanted: { ...(name === undefined ? {} : { name }), taken: names }, taken: false };
  }
  const { run, said } = await takeUp(repo, remote, unfinished, { remember: to !== undefined });
  say(said);
  return { wanted: { name: run, from: remote }, taken: to !== undefined };
}
