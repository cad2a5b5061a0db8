import type { Config } from '../../config.ts';
import { UserError } from '../../errors.ts';
import type { Wanted } from '../../loop/choose-run.ts';
import { startRun } from '../../loop/start-run.ts';
import { tellCi } from '../ci/tell-ci.ts';
import { appliedFailOn, parseFailOn } from '../exit.ts';
import type { Flags } from '../flags.ts';
import { refuseRedGates } from '../gates.ts';
import type { Io } from '../io.ts';
import { withScreen } from '../live.ts';
import { makeNotifier, type Notifier } from '../notify/notifier.ts';
import { keepEvidenceOf } from '../packet/keep-evidence.ts';
import { startInput } from '../start-input.ts';
import { writeResult } from '../write-result.ts';

/** `agentloop run`: sessions until every feature passes or a limit is met. */
export async function run(io: Io, flags: Flags, version: string): Promise<number> {
  const failOn = typeof flags['failOn'] === 'string' ? parseFailOn(flags['failOn']) : undefined;
  let config: Config | undefined;
  let notifier: Notifier | undefined;
  const code = await withScreen(io, flags, async (screen, signals) => {
    const done = await startRun(
      {
        ...startInput(io, flags, version, screen),
        wanted: wanted(flags),
        admit: async ({ setting, fence }) => {
          await refuseRedGates(io, { ...setting, fence }, (text) => screen.say(text));
          ({ config } = setting);
          const { redact, repo } = setting;
          notifier = makeNotifier(io, config, { redact, top: repo.top, say: (text) => screen.say(text) });
        },
      },
      {
        ...screen,
        event(...told) {
          screen.event(...told);
          notifier?.hear(told[0]);
        },
      },
      signals,
    );
    await writeResult(done.runDir, io.now());
    const trouble = await keepEvidenceOf(io, done.runDir);
    if (trouble !== undefined) screen.say(trouble);
    if (config) await tellCi(io, done.run, config, (text) => screen.say(text));
    // Whoever ends us waits for seconds only.
    await notifier?.end(done.run, signals.hard.aborted ? 3_000 : 30_000);
    return done.code;
  });
  return appliedFailOn(code, failOn);
}

/** Which run: the words of the flags, unchecked; the loop knows which runs there are. */
function wanted(flags: Flags): Wanted {
  const { name, base, from, resume } = flags;
  if (resume !== undefined && resume !== 'auto')
    throw new UserError(
      `--resume: "${String(resume)}" is not a way to go on.`,
      'Ways: auto (the unfinished run of the remote, else a new one).',
    );
  return {
    ...(resume === 'auto' ? { resume } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(flags['new'] === true ? { fresh: true } : {}),
    ...(typeof base === 'string' ? { base } : {}),
    ...(typeof from === 'string' ? { from } : {}),
  };
}
