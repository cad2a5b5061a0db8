import { type Mark, markVariable, newMark } from './mark.ts';
import { insideOf, type Place } from './place.ts';
import { portVariable } from './port-block.ts';

/**
 * What every command sees, whatever the harness was started with. Built from nothing: a variable that is not named
 * here or in `toolchains.ts` does not get through, so neither does a key that nobody thought of.
 */
const fixed: Readonly<Record<string, string>> = {
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  SHELL: '/bin/sh',
  TERM: 'dumb',
  NO_COLOR: '1',
  CI: '1',
  DEBIAN_FRONTEND: 'noninteractive',
  // Nobody sits there to press a key.
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  PIP_NO_INPUT: '1',
  // Calls home that cost time and prove nothing.
  npm_config_update_notifier: 'false',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  // Or __pycache__ ends up in the candidates of repositories that do not ignore it.
  PYTHONDONTWRITEBYTECODE: '1',
};

export interface CommandEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** By which the sweep knows its processes. */
  readonly mark: Mark;
}

/** The whole environment of one command, and of the launcher in front of it, which its children can read too. */
export function environmentOf(place: Place, more: Readonly<Record<string, string>> = {}): CommandEnvironment {
  const inside = insideOf(place);
  const mark = newMark(place.mark);
  const env = {
    ...fixed,
    // As root GNU tar gives files to the owners named in an archive, which nobody may do inside the fence.
    ...(process.getuid?.() === 0 ? { TAR_OPTIONS: '--no-same-owner' } : {}),
    ...place.fence.env,
    HOME: inside.home,
    TMPDIR: inside.tmp,
    AGENTLOOP_RUN_ID: place.run,
    ...(place.ports === undefined ? {} : { [portVariable]: String(place.ports) }),
    ...more,
    [markVariable]: mark.value,
  };
  return { env, mark };
}
