import { readProviders } from '../../policy/providers.ts';
import type { Brain } from '../brain.ts';
import type { CommandDeps } from '../command.ts';
import { cutWords } from '../cut-words.ts';
import { intoHome } from '../into-home.ts';
import type { BrainDeps } from '../make-brain.ts';
import { homePaths, ownFiles } from '../own-files.ts';
import { readPrices } from '../prices.ts';
import { acpBrain } from './brain.ts';
import type { AcpLaunch } from './launch.ts';

/** The brain that any such command is. UserError for a table that cannot be read, or a path that cannot be given. */
export async function anyAgent(commandLine: string, deps: BrainDeps): Promise<Brain> {
  return acpBrain(anyLaunch(commandLine, deps), {
    prices: await readPrices(deps.prices),
    providers: await readProviders(deps.providers),
    now: deps.now,
  });
}

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
