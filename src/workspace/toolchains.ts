import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isBelow } from './covers.ts';

/**
 * Which programs a command finds. Version managers live in HOME, which is hidden: the parts of them that hold
 * programs are given back read-only, with the variables they need, and nothing that may hold a secret
 * (credentials, keyrings, shell history, mise's config with its variables) is.
 */

interface Toolchain {
  /** Variable that tells its folder. */
  readonly variable?: string;
  /** Its folder below HOME where the variable is not set. It counts when an entry of PATH lies below it. */
  readonly folder: string;
  /** What is given back, relative to the folder; all of it by default. */
  readonly give?: readonly string[];
  /** More variables it needs, with the folder below HOME they name where they are not set. */
  readonly needs?: Readonly<Record<string, string>>;
  /** Which of `needs` name folders that are given back whole. */
  readonly lends?: readonly string[];
}

/** The first that fits an entry of PATH is taken. */
const toolchains: readonly Toolchain[] = [
  { variable: 'NVM_DIR', folder: '.nvm' },
  { variable: 'FNM_DIR', folder: '.local/share/fnm' },
  { variable: 'VOLTA_HOME', folder: '.volta' },
  { variable: 'PNPM_HOME', folder: '.local/share/pnpm' },
  { variable: 'PYENV_ROOT', folder: '.pyenv' },
  { variable: 'RBENV_ROOT', folder: '.rbenv' },
  { variable: 'NODENV_ROOT', folder: '.nodenv' },
  { variable: 'GOENV_ROOT', folder: '.goenv' },
  { variable: 'SDKMAN_DIR', folder: '.sdkman' },
  { variable: 'ASDF_DATA_DIR', folder: '.asdf' },
  { variable: 'MISE_DATA_DIR', folder: '.local/share/mise' },
  // Beside bin there are credentials.toml and a download cache that cargo must be able to write: HOME of ours has it.
  {
    variable: 'CARGO_HOME',
    folder: '.cargo',
    give: ['bin'],
    needs: { RUSTUP_HOME: '.rustup' },
    lends: ['RUSTUP_HOME'],
  },
  // Beside these there are keyrings and the data of every desktop program. Python's user packages are in lib.
  {
    folder: '.local',
    give: ['bin', 'lib', 'pipx', 'share/pipx', 'share/uv', 'share/mise', 'share/fnm', 'share/pnpm'],
    needs: { PYTHONUSERBASE: '.local' },
  },
];

/** Variables that choose a version, and who one is. None of them is a secret. */
const passed =
  'PYENV_VERSION RBENV_VERSION NODENV_VERSION GOENV_VERSION RUSTUP_TOOLCHAIN GOTOOLCHAIN USER LOGNAME'.split(
    ' ',
  );
/** Variables that name an installation, which is given back where it is hidden. */
const passedFolders = 'JAVA_HOME GOROOT DOTNET_ROOT ANDROID_HOME ANDROID_SDK_ROOT CONDA_PREFIX'.split(' ');

/** What a folder with programs needs beside them when nobody knows it: all parts of an installation, nothing else. */
const parts = ['lib', 'lib64', 'libexec', 'include', 'share', 'gems', 'pyvenv.cfg'];

export interface Programs {
  /** PATH inside: no relative entries, none of the user's repository. */
  readonly path: string;
  /** Host paths to be given back read-only. */
  readonly giveBack: readonly string[];
  /** Variables of the toolchains. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramOptions {
  /** The harness' own environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folders that are hidden and from which programs may be given back: HOME, /tmp, /run. */
  readonly hidden: readonly string[];
  /** Folders that are hidden whole: the user's repository, the cache root. */
  readonly hide: readonly string[];
  /** The Node that runs us: the commands can use it whatever PATH says. */
  readonly node?: string;
}

/** Finds out what PATH of the harness needs inside. Reads the file system, starts nothing. */
export function findPrograms(options: ProgramOptions): Programs {
  const { env, hidden, hide, node = process.execPath } = options;
  const home = env['HOME'] ?? '/nonexistent';
  // Where HOME lies in the repository, or is it, what is below HOME is a toolchain like any other.
  const isPrivate = (path: string) =>
    hide.some((folder) => isBelow(path, folder) && !(isBelow(home, folder) && isBelow(path, home)));
  const isHidden = (path: string) => [...hidden, ...hide].some((folder) => isBelow(path, folder));
  const give = new Set<string>();
  const variables: Record<string, string> = {};

  const entries = [...new Set((env['PATH'] ?? '').split(':'))].filter(isAbsolute).flatMap((entry) => {
    const real = folderOf(entry);
    if (real === undefined || isPrivate(real)) return [];
    // A link in a hidden folder is hidden with it: inside, PATH names what it leads to.
    return [{ shown: isHidden(entry) ? real : entry, real, written: entry }];
  });
  for (const { real, written } of entries) {
    const known = toolchains.find((one) =>
      [real, written].some((path) => isBelow(path, rootOf(one, env, home))),
    );
    if (!known) {
      if (isHidden(real)) for (const path of installation(real, hidden)) give.add(path);
      continue;
    }
    const root = rootOf(known, env, home);
    if (known.variable && known.give === undefined) variables[known.variable] = root;
    for (const part of known.give ?? ['']) give.add(join(root, part));
    for (const [name, folder] of Object.entries(known.needs ?? {})) {
      const value = env[name] ?? join(home, folder);
      variables[name] = value;
      if (known.lends?.includes(name)) give.add(value);
    }
  }
  for (const name of [...passed, ...passedFolders]) {
    const value = env[name];
    if (value === undefined || value === '') continue;
    variables[name] = value;
    if (passedFolders.includes(name) && isHidden(value) && !isPrivate(value)) give.add(value);
  }
  const nodeFolder = folderOf(dirname(realpathSync(node)));
  if (nodeFolder !== undefined && isHidden(nodeFolder)) {
    for (const path of installation(nodeFolder, hidden)) give.add(path);
  }
  const path = [...new Set([...entries.map((entry) => entry.shown), ...(nodeFolder ? [nodeFolder] : [])])];
  return {
    path: path.join(':'),
    giveBack: [...give]
      .flatMap((one) => realOf(one))
      .filter((one) => isHidden(one) && ![...hidden, ...hide].includes(one)),
    env: variables,
  };
}

function rootOf(toolchain: Toolchain, env: ProgramOptions['env'], home: string): string {
  return (toolchain.variable && env[toolchain.variable]) || join(home, toolchain.folder);
}

/** A folder of programs, and the parts of the installation beside it when it is called `bin`; not so for a project. */
function installation(folder: string, hidden: readonly string[]): readonly string[] {
  const above = dirname(folder);
  if (!folder.endsWith('/bin') || hidden.includes(above) || existsSync(join(above, '.git'))) return [folder];
  return [folder, ...parts.map((part) => join(above, part)).filter((path) => existsSync(path))];
}

function folderOf(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

function realOf(path: string): readonly string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
