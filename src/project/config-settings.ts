import { BugError } from '../errors.ts';
import { envOfFlag, isConfigFlag, type Option, options, roleFlag } from './config-names.ts';
import { readRoleFlag } from './role-flag.ts';

/** What variables and flags say of the configuration. */
export type Env = Readonly<Record<string, string | undefined>>;
export type FlagValues = Readonly<Record<string, unknown>>;

/** One option as a variable or a flag sets it. */
export interface Setting {
  readonly option: Option;
  /** How the person who set it calls it. */
  readonly name: string;
  readonly value: unknown;
}

/** Everything they set, the strongest last; brains before their models within each. UserError for a `--role` nobody can read. */
export function settingsOf(env: Env, flags: FlagValues): Setting[] {
  return [fromEnv(env), fromFlags(flags)].flatMap((settings) =>
    settings.toSorted((a, b) => Number(isBrain(b.option)) - Number(isBrain(a.option))),
  );
}

/** Whether an option says who fills a role. */
export const isBrain = ({ path }: Option): boolean => /^roles\..*\.brain$/.test(path);

/** The long name is the more exact one: it wins over the short one, which may set several options. */
function fromEnv(env: Env): Setting[] {
  const settings = (nameOf: (option: Option) => string | undefined): Setting[] =>
    options().flatMap((option) => {
      const name = nameOf(option);
      const text = name === undefined ? undefined : env[name];
      return name === undefined || !text ? [] : [{ option, name, value: typed(text, option) }];
    });
  const short = settings(({ flag }) => (flag === undefined ? undefined : envOfFlag(flag)));
  return [...short, ...settings(({ env: name }) => name)];
}

function fromFlags(given: FlagValues): Setting[] {
  // What names one role is more exact than what names whoever works.
  const all = Object.entries(given).toSorted(([a], [b]) => Number(a === roleFlag) - Number(b === roleFlag));
  return all.flatMap(([flag, value]) => {
    if (!isConfigFlag(flag)) throw new BugError(`--${flag} sets no option of the config`);
    if (value === undefined) return [];
    if (flag === roleFlag) return (Array.isArray(value) ? value : [value]).flatMap(ofRole);
    return options()
      .filter((option) => option.flag === flag)
      .map((option) => ({
        option,
        name: `--${flag}`,
        value: typeof value === 'string' ? typed(value, option) : value,
      }));
  });
}

/** Brain and model of one role, as one `--role` names them. */
function ofRole(given: unknown): Setting[] {
  const { path, brain, model } = readRoleFlag(String(given));
  const role = path.slice('roles.'.length);
  const named = { [`${path}.brain`]: brain, [`${path}.model`]: model };
  return options().flatMap((option) => {
    const value = named[option.path];
    return value === undefined ? [] : [{ option, name: `--role ${role}`, value }];
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
