import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runProcess } from '../../workspace/run-process.ts';
import { findProgram, withoutFolders } from './find-program.ts';

/** ms a program may take to tell its version. */
export const patience = 10_000;

/**
 * The version of a program that was installed as this npm package, from the package it stands in: some of them take two
 * seconds to tell it themselves. Undefined where it stands in none, as those of a vendor's own installer do.
 */
export function packagedVersion(file: string, packageName: string): string | undefined {
  try {
    for (let folder = dirname(realpathSync(file)); folder !== dirname(folder); folder = dirname(folder)) {
      const found = manifestIn(folder);
      if (found?.name === packageName) return typeof found.version === 'string' ? found.version : undefined;
    }
  } catch {
    // It went away meanwhile: then it cannot be asked either.
  }
  return undefined;
}

/** What came of asking a program for its version: it may be there and not run at all. */
export type Told = { readonly version: string } | { readonly trouble: string };

/**
 * Asks the program itself, with an empty HOME, no variables but PATH and, where bubblewrap works, no network and nothing
 * that it could write but that HOME. `forbidden`: folders of which nothing runs, though PATH names them: `npm run` puts those
 * of a repository in front. Never throws.
 */
export async function askVersion(
  file: string,
  path: string,
  forbidden: readonly string[] = [],
): Promise<Told> {
  const searched = withoutFolders(path, forbidden);
  const home = mkdtempSync(join(realpathSync(tmpdir()), 'agentloop-ask-'));
  const env = { PATH: searched, HOME: home, TMPDIR: home, TERM: 'dumb', NO_COLOR: '1', LANG: 'C.UTF-8' };
  const ask = (before: readonly string[]) => {
    const [first = file, ...rest] = [...before, file, '--version'];
    return runProcess([first, ...rest], { cwd: home, env, timeoutMs: patience, maxBytes: 1_000_000 });
  };
  try {
    const bwrap = findProgram('bwrap', searched, []);
    let answer = await ask(bwrap === undefined ? [] : alone(bwrap.file, home));
    if (bwrap !== undefined && answer.stderr.toString('utf8').startsWith('bwrap:')) answer = await ask([]);
    const said = answer.stdout.toString('utf8');
    const version = versionIn(said);
    if (answer.code === 0 && version !== undefined) return { version };
    const last = `${said}\n${answer.stderr.toString('utf8')}`.trim().split('\n').pop() ?? '';
    const how = answer.trouble ?? `exit code ${answer.code ?? answer.signal}`;
    return { trouble: last === '' ? how : `${how}: ${last.slice(0, 300)}` };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The first version that stands in what a program printed. */
export function versionIn(said: string): string | undefined {
  return /\d+\.\d+\.\d+[\w.+-]*(?<![.])/.exec(said)?.[0];
}

function alone(bwrap: string, home: string): readonly string[] {
  return [
    ...[bwrap, '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--bind', home, home],
    ...['--unshare-net', '--unshare-pid', '--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--'],
  ];
}

function manifestIn(folder: string): { readonly name?: unknown; readonly version?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return undefined;
  }
}
