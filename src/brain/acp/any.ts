import type { CommandDeps } from '../command.ts';
import { cutWords } from '../cut-words.ts';
import { intoHome } from '../into-home.ts';
import { homePaths, ownFiles } from '../own-files.ts';
import type { AcpLaunch } from './launch.ts';

/**
 * Any command that speaks the protocol, started like that of a command brain: with the files that its words name and what
 * `--pass-env` and `--pass-home` name. A `passHome` that cannot be given is a UserError.
 */
export function anyLaunch(
  commandLine: string,
  deps: Pick<CommandDeps, 'cwdOfCaller' | 'home' | 'passEnv' | 'passHome' | 'forbidden'> & {
    readonly model: string | undefined;
    readonly effort: string | undefined;
  },
): AcpLaunch {
  const own = ownFiles(commandLine, { cwd: deps.cwdOfCaller, home: deps.home });
  const fromHome = homePaths(deps.passHome, deps.home, deps.forbidden);
  const model = deps.model === undefined ? {} : { model: deps.model };
  return {
    name: `acp:${cutWords(commandLine, 200)}`,
    shown: commandLine,
    command: intoHome(fromHome, deps.home) + own.line,
    env: deps.passEnv,
    readOnly: [...new Set([...own.files, ...fromHome])],
    ...model,
    choose: { ...model, ...(deps.effort === undefined ? {} : { effort: deps.effort }) },
  };
}
