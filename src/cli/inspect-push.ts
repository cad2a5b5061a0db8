import type { Config } from '../config.ts';
import { mayPush } from '../workspace/push.ts';
import { openRepository } from '../workspace/repository.ts';
import type { Finding } from './diagnosis.ts';
import { attempt } from './inspect-machine.ts';
import type { Io } from './io.ts';

/** Time a remote has to answer, in ms. */
const patience = 20_000;

/** Whether checkpoints can be pushed to the remote that the configuration names; nothing where it names none. */
export async function inspectPush(io: Io, config: Config): Promise<readonly Finding[]> {
  const name = 'push';
  const remote = config.workspace.pushCheckpoints;
  if (remote === undefined) return [];
  const said = await attempt(name, async () => {
    const repo = await openRepository(io.cwd, { env: io.env });
    // Before the first commit there is nothing to ask with.
    if ((await repo.user.resolve('HEAD')) === undefined) return undefined;
    return { why: await mayPush(repo, remote, patience) };
  });
  if (said === undefined) return [];
  if ('state' in said) return [said];
  if (said.why === undefined) return [{ name, state: 'ok', what: `checkpoints may be pushed to ${remote}` }];
  const help = `git push --dry-run ${remote} HEAD:refs/agentloop/doctor   (says why)`;
  return [{ name, state: 'fail', what: `nothing can be pushed to ${remote}: ${said.why}`, help }];
}
