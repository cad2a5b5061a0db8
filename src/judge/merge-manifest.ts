import { isDeepStrictEqual } from 'node:util';

/**
 * Manifests hold two things: what the project needs, which is the candidate's to say, and how it is run and tested,
 * which is the base's. Each function gives undefined where nothing has to be put back: the file stays byte for byte.
 */

export type Json = Record<string, unknown>;

/** Keys of package.json that steer runners and tools. */
export const steering = [
  'scripts',
  'config',
  'agentloop',
  'jest',
  'vitest',
  'mocha',
  'ava',
  'tap',
  'tape',
  'nyc',
  'c8',
  'babel',
  'swc',
  'tsd',
  'xo',
  'standard',
  'eslintConfig',
  'prettier',
  'stylelint',
  'cypress',
  'wireit',
  'nx',
  'ts-node',
  'karma',
  'qunit',
  'jasmine',
];
const needs = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
  'bundleDependencies',
  'overrides',
  'resolutions',
  'pnpm',
  'workspaces',
];
/** Scripts that npm starts by itself. */
const lifecycle =
  /^(pre|post)?(install|prepare|prepublish|prepublishOnly|pack|test|start|stop|restart|version|publish)$/;

/** The candidate's package.json with the base's scripts and tool sections; undefined when they are as they were. */
export function packageByBase(base: string, candidate: string): string | undefined {
  const old = parseJson(base);
  const now = parseJson(candidate);
  if (old === undefined) return undefined;
  if (now === undefined) return base;
  const merged: Json = { ...now };
  for (const key of steering) {
    if (old[key] === undefined) delete merged[key];
    else merged[key] = old[key];
  }
  const own = Object.fromEntries(
    Object.entries(record(old['scripts'])).filter(([, one]) => !isPlaceholder(one)),
  );
  const scripts = { ...added(own, record(now['scripts'])), ...own };
  if (old['scripts'] !== undefined || Object.keys(scripts).length > 0) merged['scripts'] = scripts;
  return isDeepStrictEqual(merged, now) ? undefined : write(merged);
}

/** The base's package.json with what the candidate needs; undefined when that is what it needed. */
export function packageWithNeeds(base: string, candidate: string): string | undefined {
  const old = parseJson(base);
  const now = parseJson(candidate);
  if (old === undefined || now === undefined) return undefined;
  const merged: Json = { ...old };
  for (const key of needs) {
    if (now[key] === undefined) delete merged[key];
    else merged[key] = now[key];
  }
  if (isDeepStrictEqual(merged, old)) return undefined;
  // The same bytes are the same prepared checkout: nothing is installed twice.
  return isDeepStrictEqual(merged, now) ? candidate : write(merged);
}

/** Whether a script only says that there are no tests yet, as `npm init` writes it. */
export function isPlaceholder(script: unknown): boolean {
  return typeof script === 'string' && /^echo .*no test specified.*exit 1$/.test(script);
}

/** Whether the candidate replaces a script that only said that there are no tests yet. */
export function fillsPlaceholder(base: string | undefined, candidate: string | undefined): boolean {
  const [had, has] = [base, candidate].map((text) => record(parseJson(text ?? '')?.['scripts']));
  return Object.entries(had ?? {}).some(([name, script]) => isPlaceholder(script) && has?.[name] !== script);
}

/** Whether the key `agentloop` differs. A manifest that is not there or not readable has none. */
export function ownConfigDiffers(base: string | undefined, candidate: string | undefined): boolean {
  const own = (text: string | undefined) => (text === undefined ? undefined : parseJson(text)?.['agentloop']);
  return !isDeepStrictEqual(own(base), own(candidate));
}

/** Scripts of the candidate's own that nothing of the base's starts: they may be what the feature is about. */
function added(old: Json, now: Json): Json {
  const hooks = (name: string) =>
    /^(pre|post)/.test(name) && Object.hasOwn(old, name.replace(/^(pre|post)/, ''));
  return Object.fromEntries(
    Object.entries(now).filter(([name]) => name === 'test' || (!hooks(name) && !lifecycle.test(name))),
  );
}

/** Tables of pyproject.toml and sections of setup.cfg that say how the project is packed, not how it is tested. */
const packing =
  /^\[+\s*("?tool"?\.(poetry|setuptools|setuptools_scm|hatch|pdm|uv|flit|maturin|cibuildwheel|rye)\b(?!\.(scripts|envs))|project|build-system|dependency-groups|metadata|options|entry_points)/;

/** The candidate's TOML or INI with the base's tool tables; undefined when they are as they were. */
export function sectionsByBase(base: string, candidate: string): string | undefined {
  const old = sectionsOf(base);
  const now = sectionsOf(candidate);
  const tools = (sections: readonly string[]) => sections.filter((one, at) => at > 0 && !packing.test(one));
  const same = tools(old).map(trim).sort().join('\n') === tools(now).map(trim).sort().join('\n');
  if (same) return undefined;
  const packed = now.filter((one, at) => at === 0 || packing.test(one));
  return [...packed, ...tools(old)]
    .map(trim)
    .filter((one) => one !== '')
    .join('\n\n')
    .concat('\n');
}

/** Tool tables of the base that are not there any more as they were, by their header. */
export function lostSections(base: string, candidate: string): readonly string[] {
  const bare = (section: string) =>
    section
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  const now = new Set(sectionsOf(candidate).map((one) => bare(one).join('\n')));
  const tools = sectionsOf(base).filter((one, at) => at > 0 && !packing.test(one));
  return tools.map(bare).flatMap((lines) => (now.has(lines.join('\n')) ? [] : [lines[0] ?? '']));
}

const header = /^(?=\[{1,2}[\w\s.:"'/-]+\]{1,2}\s*(?:#.*)?$)/m;

/** The text before the first header, then each header with its lines. Headers start at the margin; values rarely do. */
function sectionsOf(text: string): readonly string[] {
  const parts = text.split(header);
  return header.test(parts[0] ?? '') ? ['', ...parts] : parts;
}

function trim(text: string): string {
  return text.trimEnd();
}

/** The object that a text of JSON holds; undefined when it holds none. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

/** The value if it is an object, else an empty one. */
export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function write(value: Json): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
