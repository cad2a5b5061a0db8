import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Fence } from './fence.ts';
import type { BytePath, Entry } from './trees.ts';

/**
 * What decides how a prepared checkout turns out. Same key, same outcome: then init.sh need not run again.
 */

/** The script that prepares a checkout. */
export const initScript = 'init.sh';

/** Goes up when what is kept of a prepared checkout changes, so that nothing an older version kept is taken. */
const form = 2;

/** Files with these names say what is installed, or with which version of a runtime. */
const manifests = new RegExp(
  `^(${[
    'package(-lock)?\\.json|npm-shrinkwrap\\.json|pnpm-(lock|workspace)\\.yaml|yarn\\.lock|bun\\.lockb?|deno\\.(jsonc?|lock)',
    '\\.npmrc|\\.yarnrc(\\.yml)?|\\.pnpmfile\\.cjs|\\.nvmrc|\\.node-version',
    '(.*-)?requirements.*\\.(txt|in)|constraints.*\\.txt|pyproject\\.toml|(poetry|uv|pdm)\\.lock|Pipfile(\\.lock)?',
    'setup\\.(py|cfg)|environment\\.ya?ml|\\.python-version',
    'go\\.(mod|sum|work)|go\\.work\\.sum|Cargo\\.(toml|lock)|rust-toolchain(\\.toml)?',
    'Gemfile(\\.lock)?|.*\\.gemspec|\\.ruby-version|composer\\.(json|lock)|mix\\.(exs|lock)',
    'pom\\.xml|(build|settings)\\.gradle(\\.kts)?|gradle\\.properties|gradle-wrapper\\.properties|libs\\.versions\\.toml',
    '\\.tool-versions|\\.?mise\\.toml|\\.sdkmanrc',
  ].join('|')})$`,
);
/** Folders above a manifest, at most: `packages/group/name/package.json` is one, a fixture far below is none. */
const deepest = 3;

/** Programs whose version decides what an installation looks like. */
const runtimes = [
  'node',
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'python3',
  'python',
  'uv',
  'ruby',
  'go',
  'cargo',
  'java',
  'php',
];

export interface KeyInput {
  /** All files of the tree. */
  readonly entries: readonly Entry[];
  /** Globs of more files that count. */
  readonly inputs: readonly string[];
  /** Names or paths of output folders: files below them are no input. */
  readonly outputs: readonly string[];
  readonly fence: Pick<Fence, 'mode' | 'env'>;
  /** What init.sh and the scripts of an installation say: files of the tree that they name decide as well. */
  readonly says?: string;
}

/** 64 hexadecimal digits. Looks at the programs in PATH, starts none. */
export function prepareKey({ entries, inputs, outputs, fence, says = '' }: KeyInput): string {
  const globs = inputs.map(globPattern);
  const named = new Set(
    latin1(says)
      .split(/[^\w./@+\x80-\xff-]+/)
      .map((word) => word.replace(/^(\.\/)+/, '')),
  );
  const files = entries
    .filter(
      ({ path }) =>
        path === initScript ||
        named.has(path) ||
        isManifest(path, outputs) ||
        globs.some((glob) => glob.test(path)),
    )
    .map(({ path, mode, oid }) => `${mode} ${oid} ${path}`)
    .sort();
  const { PATH: path = '', ...variables } = fence.env;
  const facts = [form, process.platform, process.arch, fence.mode, outputs, Object.entries(variables).sort()];
  return createHash('sha256')
    .update(JSON.stringify([...facts, files, runtimes.map((name) => identity(name, path, variables))]))
    .digest('hex');
}

function isManifest(path: BytePath, outputs: readonly string[]): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!manifests.test(name) && !/(^|\/)requirements\/[^/]+\.(txt|in)$/.test(path)) return false;
  if (path.split('/').length > deepest + 1) return false;
  return !outputs.some((output) => `/${path}`.includes(`/${output}/`));
}

/** Which file a program is and when it was put there. A pyenv shim is the same for all versions: its choice counts too. */
function identity(
  name: string,
  path: string,
  variables: Readonly<Record<string, string>>,
): readonly unknown[] {
  for (const folder of path.split(delimiter)) {
    try {
      const file = realpathSync(join(folder, name));
      const { size, mtimeMs } = statSync(file);
      const root = Object.values(variables).find((one) => file.startsWith(`${one}/shims/`));
      return [name, file, size, mtimeMs, root === undefined ? '' : choice(join(root, 'version'))];
    } catch {
      // Not in this folder.
    }
  }
  return [name];
}

function choice(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** `*` and `?` within a name, `**` for any folders; without a slash it fits a name in any folder. */
function globPattern(glob: string): RegExp {
  const anywhere = glob.includes('/') ? glob.replace(/^\.?\//, '') : `**/${glob}`;
  const source = anywhere.replace(/\*\*\/|\*\*|[*?]|[^*?]+/g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : latin1(part).replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

/** Paths of trees are bytes. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
