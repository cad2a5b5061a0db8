import * as z from 'zod';
import { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import { checkJson, checkValue } from './check-value.ts';
import { brainVariables, envOfFlag, type Option, options } from './config-names.ts';
import { type Env, type FlagValues, isBrain, settingsOf } from './config-settings.ts';
import { didYouMean } from './did-you-mean.ts';
import { files } from './feature.ts';
import { lineOf, readJson } from './json-text.ts';

/** Everything that can set an option, the strongest last. Texts are those of files that exist. */
export interface ConfigSources {
  /** Text of agentloop.config.json. */
  readonly file?: string | undefined;
  /** Text of package.json, whose key `agentloop` may hold the config instead. */
  readonly packageJson?: string | undefined;
  readonly env?: Env;
  /** Flags of the command line by their names without dashes, such as `max-cost`; undefined: not given. */
  readonly flags?: FlagValues;
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
  for (const { option, name, value } of settingsOf(sources.env ?? {}, sources.flags ?? {})) {
    const checked = checkValue(Config, setAt({}, option.path, value));
    if ('problems' in checked)
      problems.push(...checked.problems.map(({ text }) => text.replace(option.path, name)));
    if (isBrain(option) && value !== (getAt(raw, option.path) ?? 'anthropic'))
      forgetModel(raw, origins, option);
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

/** The model that a weaker source names belongs to the brain that it names, and to no other. */
function forgetModel(raw: Record<string, unknown>, origins: Record<string, string>, { path }: Option): void {
  const model = path.replace(/brain$/, 'model');
  if (getAt(raw, model) === undefined) return;
  setAt(raw, model, undefined);
  origins[model] = 'default';
}

function strangers(env: Env): string[] {
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
