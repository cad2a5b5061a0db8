import { judgeAlone } from '../../loop/judge-alone.ts';
import { codeOf } from '../exit.ts';
import { configFlags, type Flags } from '../flags.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { wantsColour } from '../output.ts';
import { makePaint } from '../paint.ts';
import { withCallOff } from '../verdicts/call-off.ts';
import { formatOf, hand } from '../verdicts/format.ts';
import { judgementData } from '../verdicts/judgement-data.ts';

/** `agentloop judge [ref]`: judges one commit, without a run. Exit 0, 14 (refused) or 3 (nobody could see). */
export async function judge(io: Io, ref: string | undefined, flags: Flags, version: string): Promise<number> {
  const format = formatOf(flags);
  const { base, feature, check, proof } = flags;
  return withCallOff(io, async (signal) => {
    const judgement = await judgeAlone(
      {
        cwd: io.cwd,
        env: io.env,
        flags: configFlags(flags),
        version,
        now: io.now,
        say: (text) => io.stderr.write(`${harmless(text)}\n`),
        ...(ref === undefined ? {} : { ref }),
        ...(typeof base === 'string' ? { base } : {}),
        ...(typeof feature === 'string' ? { feature } : {}),
        checks: Array.isArray(check) ? check : [],
        proof: proof !== false,
      },
      signal,
    );
    const data = judgementData(judgement, version);
    if (format === 'json') await hand(io, flags, `${JSON.stringify(data, null, 2)}\n`);
    else if (format === 'junit') {
      const { judgementJunit } = await import('../verdicts/judgement-junit.ts');
      await hand(io, flags, judgementJunit(data));
    } else if (format === 'markdown') {
      const { judgementMarkdown } = await import('../verdicts/judgement-markdown.ts');
      await hand(io, flags, judgementMarkdown(data));
    } else {
      const { judgementText } = await import('../verdicts/judgement-text.ts');
      const colour = flags['out'] === undefined && wantsColour(io.env, io.stdout.isTTY === true);
      await hand(io, flags, judgementText(data, await makePaint(colour)));
    }
    return codeOf(
      ({ accepted: 'complete', refused: 'refused', broken: 'cannot-start' } as const)[data.ruling],
    );
  });
}
