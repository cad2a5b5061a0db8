import * as path from 'node:path';
import type { AcpLaunch } from '../acp/launch.ts';
import { intoHome } from '../into-home.ts';
import { shellQuote } from '../own-files.ts';
import { type AgentName, knownAgents } from './known.ts';

/** What an agent CLI that speaks the Agent Client Protocol is started with, whichever it is. */
export interface OverAcpDeps {
  /** Where it was found, absolute, and what must be readable for it to run. */
  readonly program: { readonly file: string; readonly needs: readonly string[] };
  /** Its own variables, and its login and settings below HOME, absolute: it gets copies. */
  readonly lent: { readonly env: Readonly<Record<string, string>>; readonly files: readonly string[] };
  readonly home: string;
  /** What `--pass-env` and `--pass-home` name; the paths absolute. */
  readonly passEnv: Readonly<Record<string, string>>;
  readonly passHome: readonly string[];
  readonly model: string | undefined;
  readonly effort: string | undefined;
}

/** What is particular to one of them. */
export interface Particular
  extends Pick<AcpLaunch, 'choose' | 'troubleInWords' | 'isKeptAtOnce' | 'untilKept'> {
  readonly words: readonly string[];
  /** More words, as the shell reads them. */
  readonly inShell?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Shell to be run before it. */
  readonly before?: string;
  /** Files of the session's HOME, as JSON, where the user has none of that name. */
  readonly lay?: Readonly<Record<string, object>>;
}

/** How one of them is started. */
export function overAcp(
  name: AgentName,
  deps: OverAcpDeps,
  { words, inShell, env, before, lay, ...rest }: Particular,
): AcpLaunch {
  const { program, lent, home, passEnv, passHome, model } = deps;
  const start = ['exec', program.file, ...words]
    .map(shellQuote)
    .concat(inShell ?? [])
    .join(' ');
  return {
    name,
    shown: knownAgents[name].program,
    command:
      intoHome(lent.files, home, 'copy') +
      intoHome(passHome, home) +
      laid(lay ?? {}) +
      (before ?? '') +
      start,
    env: { ...passEnv, ...lent.env, ...env },
    readOnly: [...program.needs, ...lent.files, ...passHome],
    ...(model === undefined ? {} : { model }),
    ...rest,
  };
}

/** Whether the user has a file of this name below HOME that is lent. */
export function isLent({ lent, home }: OverAcpDeps, name: string): boolean {
  return lent.files.includes(path.join(home, name));
}

/** Shell that writes files where none stand. */
function laid(files: Readonly<Record<string, object>>): string {
  return Object.entries(files)
    .map(([name, content]) => {
      const file = `"$HOME"/${shellQuote(name)}`;
      const folder = `"$HOME"/${shellQuote(path.dirname(name))}`;
      const text = shellQuote(JSON.stringify(content));
      return `[ -e ${file} ] || { mkdir -p ${folder} && printf %s ${text} > ${file}; } || exit 126\n`;
    })
    .join('');
}
