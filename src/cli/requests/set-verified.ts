import { UserError } from '../../errors.ts';
import { openRepository } from '../../workspace/repository.ts';
import type { Io } from '../io.ts';
import { type VerifiedData, verifiedSentence } from '../verdicts/verified-data.ts';
import { withForge } from './forge-here.ts';

/** Name of the check; that of `agentloop pr` is another. */
const checkName = 'agentloop verify';

/**
 * Sets the check of the tip that was judged again, on the forge of a remote (that of the configuration where none is named).
 * UserError where there is no forge, or it does not know the commit.
 */
export async function setVerified(io: Io, data: VerifiedData, remote: string | undefined): Promise<void> {
  const repo = await openRepository(io.cwd, { env: io.env });
  await withForge(
    io,
    repo,
    remote,
    ({ forge }) =>
      forge.setStatus(data.tip, {
        state: data.agrees ? 'success' : 'failure',
        name: checkName,
        text: verifiedSentence(data).slice(0, 140),
      }),
    ({ why }) => {
      throw new UserError(
        `The check cannot be set: ${why}.`,
        'Leave out --set-status, or name a remote of a forge.',
      );
    },
  );
}
