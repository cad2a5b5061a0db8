import { verifyBranch } from '../../loop/verify-branch.ts';
import { codeOf } from '../exit.ts';
import { configFlags, type Flags } from '../flags.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { wantsColour } from '../output.ts';
import { makePaint } from '../paint.ts';
import { withCallOff } from '../verdicts/call-off.ts';
import { formatOf, hand } from '../verdicts/format.ts';
import { verifiedData } from '../verdicts/verified-data.ts';

/** `agentloop verify <branch>`: exit 0 when all agrees, 14 when something does not, 3 when nobody could see. */
export async function verify(io: Io, branch: string, flags: Flags, version: string): Promise<number> {
  const format = formatOf(flags);
  const say = (text: string) => io.stderr.write(`${harmless(text)}\n`);
  return withCallOff(io, async (signal) => {
    const { cwd, env, now } = io;
    const input = { cwd, env, now, flags: configFlags(flags), version, say, branch };
    const verified = await verifyBranch(input, signal, ({ commit, subject }) =>
      say(`${commit.slice(0, 10)} ${subject}`),
    );
    const data = verifiedData(verified, version);
    if (format === 'json') await hand(io, flags, `${JSON.stringify(data, null, 2)}\n`);
    else if (format === 'junit') {
      const { verifiedJunit } = await import('../verdicts/verified-junit.ts');
      await hand(io, flags, verifiedJunit(data));
    } else if (format === 'markdown') {
      const { verifiedMarkdown } = await import('../verdicts/verified-markdown.ts');
      await hand(io, flags, verifiedMarkdown(data));
    } else {
      const { verifiedText } = await import('../verdicts/verified-text.ts');
      const colour = flags['out'] === undefined && wantsColour(io.env, io.stdout.isTTY === true);
      await hand(io, flags, verifiedText(data, await makePaint(colour)));
    }
    const { setStatus } = flags;
    if (setStatus !== undefined) {
      const { setVerified } = await import('../requests/set-verified.ts');
      await setVerified(io, data, typeof setStatus === 'string' ? setStatus : undefined);
    }
    if (data.commits.some((one) => one.broken !== null)) return codeOf('cannot-start');
    return data.agrees ? 0 : codeOf('refused');
  });
}
