import { mkdirSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { isBelow } from './covers.ts';
import { testFence } from './fence-test.ts';
import { leaks, notInstalled, notLinux, notUsable, type Trouble } from './fence-trouble.ts';
import { type Installs, installsOf } from './installs.ts';
import { findPrograms } from './toolchains.ts';
import type { FenceMode } from './workspace.ts';

/** The fence as it was found at start; every command of this process is run with it. */
export interface Fence {
  readonly mode: FenceMode;
  /** With mode none: why there is no fence and how to get one. */
  readonly why?: string;
  /** What the fence does not keep, in sentences. Empty where it keeps everything it promises. */
  readonly holes: readonly string[];
  /** The launcher, absolute; empty in mode none. */
  readonly bwrap: string;
  /** How it makes its namespaces here. */
  readonly namespaces: readonly string[];
  /** Host folders over which an empty, read-only folder is put. */
  readonly hidden: readonly string[];
  /** Host paths given back read-only inside hidden folders: toolchains, certificates, what the config names. */
  readonly givenBack: readonly string[];
  /** PATH and variables of toolchains, the same for every command. */
  readonly env: Readonly<Record<string, string>>;
  /** What init.sh gets beside: addresses of registries and proxies, certificates. */
  readonly installs: Installs;
}

export interface FenceOptions {
  /** `auto`: bubblewrap where it works, else none. */
  readonly mode: 'auto' | FenceMode;
  /** Folders of which nothing is given back by itself: the user's repository (top and git dir), the cache root. */
  readonly hide: readonly string[];
  /** The cache root: canaries of the self-test are planted in it. Made when missing. */
  readonly cacheRoot: string;
  /** The harness' own environment: HOME, PATH, XDG_RUNTIME_DIR, variables of toolchains and registries are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Paths inside hidden folders that are given back read-only (config `fence.readOnly`); `~/` is HOME. */
  readonly readOnly?: readonly string[];
  /** The kind of machine; default the real one. */
  readonly platform?: string;
}

/** Makes the folder of the cache. */
function ensureCache(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UserError(
      `The folder for workspaces, ${folder}, cannot be made: ${messageOf(error)}.`,
      'Mend its owner, permissions or how it is mounted, or name another in XDG_CACHE_HOME.',
      'cannot-start',
    );
  }
}

/**
 * Finds out whether bubblewrap works here, with one real command that must succeed and probes in it that must fail.
 * UserError (`cannot-start`) when mode `bubblewrap` was asked for and is not usable.
 */
export async function findFence(options: FenceOptions): Promise<Fence> {
  ensureCache(options.cacheRoot);
  const candidate = describe(options);
  const none: Fence = { ...candidate, mode: 'none', bwrap: '', hidden: [], givenBack: [], holes: [] };
  if (options.mode === 'none') return { ...none, why: 'the fence is switched off (fence.mode is none)' };
  const found = await tryOut(candidate, options);
  if ('mode' in found) return found;
  if (options.mode === 'auto') return { ...none, why: `${found.what}; ${found.help}` };
  throw new UserError(`The fence cannot be put up: ${found.what}.`, found.help, 'cannot-start');
}

async function tryOut(candidate: Fence, options: FenceOptions): Promise<Fence | Trouble> {
  const { platform = process.platform } = options;
  if (platform !== 'linux') return notLinux(platform);
  if (candidate.bwrap === '') return notInstalled();
  // By itself bubblewrap makes a user namespace unless it runs as root, who may need one too: root of a container.
  const ways = [[], ['--unshare-user']];
  let trouble: Trouble | undefined;
  for (const way of ways) {
    const fence = { ...candidate, namespaces: [...way, ...candidate.namespaces] };
    const test = await testFence(fence, realpathSync(options.cacheRoot));
    if ('ok' in test) return fence;
    if ('leaks' in test) return leaks(test.leaks);
    trouble ??= notUsable(test.failed);
  }
  return trouble as Trouble;
}

/** What a fence would hide and give back on this machine. Starts nothing. */
function describe(options: FenceOptions): Fence {
  const { env } = options;
  const home = env['HOME'] || homeOfUser() || '/nonexistent';
  const hide = [...options.hide, options.cacheRoot].flatMap(realOf);
  const homes = [home, homeOfUser()].flatMap((path) => (path ? realOf(path) : []));
  const runtime = ['/run', '/var/tmp', env['XDG_RUNTIME_DIR'] ?? ''].flatMap(realOf);
  const wanted = [...new Set([...hide, ...homes, ...runtime])];
  const hidden = wanted.filter((path) => !isNeeded(path));
  const holes = wanted
    .filter(isNeeded)
    .map((path) => `${path} holds what every program needs and is not hidden`);
  const programs = findPrograms({
    env: { ...env, HOME: home },
    hide,
    hidden: [...homes, ...runtime, '/tmp'],
  });
  const installs = installsOf(env, home);
  const asked = (options.readOnly ?? []).map((path) => path.replace(/^~(?=\/|$)/, home)).flatMap(realOf);
  const given = [...programs.giveBack, ...[...installs.files, '/etc/resolv.conf'].flatMap(realOf), ...asked];
  const covered = (path: string) => [...hidden, '/tmp'].some((folder) => isBelow(path, folder));
  return {
    mode: 'bubblewrap',
    holes,
    bwrap: launcherOf(env['PATH'] ?? '', hide),
    namespaces: ['--unshare-pid', '--unshare-ipc'],
    hidden,
    givenBack: [...new Set(given)].filter(covered),
    env: { ...programs.env, PATH: programs.path },
    installs,
  };
}

/** The user's own bubblewrap; one that lies in the repository is not it. */
function launcherOf(path: string, hide: readonly string[]): string {
  const folders = path.split(delimiter).filter(isAbsolute);
  const files = folders.map((folder) => join(folder, 'bwrap')).flatMap(realOf);
  return files.find((file) => !hide.some((folder) => isBelow(file, folder))) ?? '';
}

/** Whether nothing at all would run with this folder hidden: HOME is `/` in some containers. */
function isNeeded(path: string): boolean {
  return ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc', '/dev', '/proc'].some((one) =>
    isBelow(one, path),
  );
}

/** The home of the password file, which programs find whatever HOME says. */
function homeOfUser(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined; // A container may run us under a number nobody has written down.
  }
}

/** With symlinks resolved; nothing when there is no such path. */
function realOf(path: string): readonly string[] {
  try {
    return path === '' ? [] : [realpathSync(path)];
  } catch {
    return [];
  }
}
