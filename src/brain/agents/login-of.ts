import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownAgent } from './known.ts';

/** By what a program can show its provider who pays: a variable that is set, or a file below HOME. Never its value. */
export interface Login {
  readonly by: 'variable' | 'file';
  /** Name of the variable; path of the file below HOME. */
  readonly name: string;
}

/**
 * The first that is found; undefined where there is none. Nothing is started, asked or read: whether the provider still takes it
 * shows only when it works.
 */
export function loginOf(
  agent: Pick<KnownAgent, 'keys' | 'logins'>,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Login | undefined {
  const key = agent.keys.find((name) => env[name]);
  if (key !== undefined) return { by: 'variable', name: key };
  const file = agent.logins.find((name) => hasContent(join(home, name)));
  return file === undefined ? undefined : { by: 'file', name: file };
}

function hasContent(file: string): boolean {
  try {
    const found = statSync(file);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}
