import * as z from 'zod';
import { Config } from '../config.ts';
import { BugError, UserError } from '../errors.ts';
import { checkJson, checkValue } from './check-value.ts';
import { brainVariables, envOfFlag, isConfigFlag, type Option, options } from './config-names.ts';
import { didYouMean } from './did-you-mean.ts';
import { files } from './feature.ts';
import { lineOf, readJson } from './json-text.ts';

/** Everything that can set an option, the strongest last. Texts are those of files that exist. */
export interface ConfigSources {
  /** Text of agentloop.config.json. */
  readonly file?: string | undefined;
  /** Text of package.json, whose key `agentloop` may hold the config instead. */
  readonly packageJson?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Flags of the command line by their names without dashes, such as `max-cost`; undefined: not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** The config in effect, and for each option (by path) who set it. */
export interface LoadedConfig {
  readonly config: Config;
  /** Path of an option -> "default", "agentloop.config.json line 3", "AGENTLOOP_MAX_COST", "--max-cost". */
  readonly origins: Readonly<Record<string, string>>;
  /** What a person should know though it stops nothing. */
  readonly warnings: readonly string[];
}

const maxBytes = 1024 * 1024;
const help = 'docs/config.md lists every option; `agentloop config --show-origin` shows what is in effect.';

/**
 * Flags win over AGENTLOOP_*, these over the file, the file over the defaults.
 * UserError with the place of everything that is wrong: line of the file, variable or flag.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const written = readWritten(sources);
  const raw = structuredClone(written?.value ?? {}) as Record<string, unknown>;
  const origins: Record<string, string> = {};
  for (const { path } of options()) {
    const line = written && getAt(raw, path) !== undefined ? written.lineOf(path) : undefined;
    origins[path] = line === undefined ? 'default' : `${written?.name} line ${line}`;
  }
  const problems: string[] = [];
  for (const { option, name, value } of [...fromEnv(sources.env ?? {}), ...fromFlags(sources.flags ?? {})]) {
    const checked = checkValue(Config, setAt({}, option.path, value));
    if ('problems' in checked)
      problems.push(...checked.problems.map(({ text }) => text.replace(option.path, name)));
    setAt(raw, option.path, value);
    origins[option.path] = name;
  }
  if (problems.length > 0) throw new UserError([...new Set(problems)].join('\n'), help);
  return { config: Config.parse(raw), origins, warnings: strangers(sources.env ?? {}) };
}

interface Written {
  readonly name: string;
  readonly value: unknown;
  lineOf(path: string): number;
}

function readWritten({ file, packageJson }: ConfigSources): Written | undefined {
  const manifest = packageJson === undefined ? undefined : fromManifest(packageJson);
  if (file === undefined) return manifest;
  if (manifest) {
    throw new UserError(
      `Both ${files.config} and the key "agentloop" of package.json configure agentloop.`,
      'Keep one of them.',
    );
  }
  const json = readJson(file, files.config, maxBytes);
  checkJson(Config, json, files.config, help);
  return { name: files.config, value: json.value, lineOf: (path) => lineOf(json, path.split('.')) };
}

const Manifest = z.looseObject({ agentloop: Config.optional() });

function fromManifest(text: string): Written | undefined {
  // Most manifests have no such key, and what else is wrong with one is not for us to judge.
  if (!text.includes('"agentloop"')) return undefined;
  const json = readJson(text, 'package.json', maxBytes);
  const value = (json.value as { agentloop?: unknown } | null)?.agentloop;
  if (value === undefined) return undefined;
  checkJson(Manifest, json, 'package.json', help);
  return { name: 'package.json', value, lineOf: (path) => lineOf(json, ['agentloop', ...path.split('.')]) };
}

interface Setting {
  readonly option: Option;
  /** How the person who set it calls it. */
  readonly name: string;
  readonly value: unknown;
}

/** The long name is the more exact one: it wins over the short one, which may set several options. */
function fromEnv(env: NonNullable<ConfigSources['env']>): Setting[] {
  const settings = (nameOf: (option: Option) => string | undefined): Setting[] =>
    options().flatMap((option) => {
      const name = nameOf(option);
      const text = name === undefined ? undefined : env[name];
      return name === undefined || !text ? [] : [{ option, name, value: typed(text, option) }];
    });
  const short = settings(({ flag }) => (flag === undefined ? undefined : envOfFlag(flag)));
  return [...short, ...settings(({ env: name }) => name)];
}

function fromFlags(given: NonNullable<ConfigSources['flags']>): Setting[] {
  return Object.entries(given).flatMap(([flag, value]) => {
    if (!isConfigFlag(flag)) throw new BugError(`--${flag} sets no option of the config`);
    if (value === undefined) return [];
    return options()
      .filter((option) => option.flag === flag)
      .map((option) => ({
        option,
        name: `--${flag}`,
        value: typeof value === 'string' ? typed(value, option) : value,
      }));
  });
}

/** A text as the option's type; what does not fit stays text, and the schema says what it must be. */
function typed(text: string, { schema }: Option): unknown {
  const words = text.trim();
  switch (schema.type) {
    case 'number':
    case 'integer':
      return /^-?\d+(\.\d+)?(e\d+)?$/i.test(words) ? Number(words) : text;
    case 'boolean':
      return { true: true, '1': true, false: false, '0': false }[words.toLowerCase()] ?? text;
    case 'array':
      if (isJson(words)) return JSON.parse(words);
      return schema.items?.type === 'string' ? words.split(',').map((part) => part.trim()) : text;
    default:
      return text;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function strangers(env: NonNullable<ConfigSources['env']>): string[] {
  const known = options().flatMap(({ env: name, flag }) =>
    flag === undefined ? [name] : [name, envOfFlag(flag)],
  );
  const unknown = Object.keys(env).filter(
    (name) => /^AGENTLOOP_/.test(name) && ![...known, ...brainVariables].includes(name),
  );
  return unknown.map((name) => {
    const meant = didYouMean(name, known);
    return `${name} is set but means nothing to agentloop${meant ? `; did you mean ${meant}?` : '.'}`;
  });
}

function getAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

function setAt(target: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = target;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[last] = value;
  return target;
}
