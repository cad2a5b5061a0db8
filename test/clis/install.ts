import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AgentName } from '../../src/brain/agents/known.ts';
import { agentNames } from '../../src/config-brains.ts';
import { pinned } from './pinned.ts';

/** Where the agent CLIs are, and which of them are not. */
export interface Installed {
  /** Holds node_modules. */
  readonly folder: string;
  /** Why one cannot be driven here, in a line. */
  readonly missing: Readonly<Partial<Record<AgentName, string>>>;
}

/**
 * Finds the pinned versions in the folder that AGENTLOOP_CLIS names (it holds node_modules, or is it), or installs them
 * into a folder of the cache, where they stay: 1.5 GB. No script of a package is run. Nothing is thrown where that
 * cannot be done: what is missing has its reason.
 */
export function installed(env: NodeJS.ProcessEnv, say: (line: string) => void): Installed {
  const named = env['AGENTLOOP_CLIS']?.replace(/\/node_modules\/?$/, '');
  const cache = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'agentloop-clis');
  const folder = named ?? cache;
  const wanted = agentNames.filter((name) => reasonAgainst(folder, name) !== undefined);
  let failed = '';
  if (named === undefined && wanted.length > 0) failed = install(folder, say);
  const missing = Object.fromEntries(
    agentNames.flatMap((name) => {
      const why = reasonAgainst(folder, name);
      return why === undefined ? [] : [[name, failed === '' ? why : `${why}; npm said: ${failed}`]];
    }),
  );
  return { folder, missing };
}

/** Runs the package manager; gives its last words where it failed. */
function install(folder: string, say: (line: string) => void): string {
  say(`installing ${agentNames.length} agent CLIs into ${folder} (1.5 GB, once)`);
  mkdirSync(folder, { recursive: true });
  const dependencies = Object.fromEntries(Object.values(pinned).map((one) => [one.package, one.version]));
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`,
  );
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8', timeout: 600_000 });
  return status === 0 ? '' : ((stderr ?? '').trim().split('\n').at(-1) ?? `it ended with ${status}`);
}

/** Why this CLI cannot be taken from there; undefined: it can. */
function reasonAgainst(folder: string, name: AgentName): string | undefined {
  const { package: pack, version, program } = pinned[name];
  const modules = join(folder, 'node_modules');
  let found: string;
  try {
    found = JSON.parse(readFileSync(join(modules, pack, 'package.json'), 'utf8')).version;
  } catch {
    return `${pack} ${version} is not installed`;
  }
  if (found !== version) return `${pack} is ${found} and not ${version}`;
  return existsSync(join(modules, program)) ? undefined : `${pack} has no program for this machine`;
}

/** Makes a folder for PATH in which the program of one of them, and nothing else, has its name. */
export function pathWith(name: AgentName, folder: string, into: string): string {
  mkdirSync(into, { recursive: true });
  symlinkSync(join(folder, 'node_modules', pinned[name].program), join(into, name));
  return into;
}
