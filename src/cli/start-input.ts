import type { StartInput } from '../loop/setting.ts';
import { codeFor } from './exit.ts';
import { configFlags, type Flags } from './flags.ts';
import type { Io } from './io.ts';
import type { Screen } from './screen/screen.ts';

/** What `init` and `run` hand down to the loop alike. */
export function startInput(io: Io, flags: Flags, version: string, screen: Screen): StartInput {
  return {
    cwd: io.cwd,
    env: io.env,
    flags: configFlags(flags),
    version,
    exitCode: (reason, landed) => codeFor(reason, { landed }),
    now: io.now,
    sleep: io.sleep,
    say: (text) => screen.say(text),
  };
}
