import { UserError } from '../errors.ts';
import { options } from './config-names.ts';

/** What `--role` says: who fills a role, or its fallback. */
export interface NamedRole {
  /** Path of the role in the configuration, such as `roles.evaluator` or `roles.coder.fallback`. */
  readonly path: string;
  readonly brain: string;
  /** Absent: the brain's own. */
  readonly model?: string;
}

/** What stands behind the colon of these is a file or a command line, colons and all. */
const taking = /^(scripted|command|acp):/;

/**
 * Reads `<role>=<brain>` or `<role>=<brain>:<model>`; `<role>.fallback` names who comes in its place. UserError for anything
 * else; whether there is such a brain is for the schema to say.
 */
export function readRoleFlag(text: string): NamedRole {
  const [, role = '', spec = ''] = /^([a-z.]+)=(.+)$/s.exec(text) ?? [];
  const path = `roles.${role}`;
  if (!options().some((option) => option.path === `${path}.brain`)) throw mistaken(text);
  const colon = taking.test(spec) ? -1 : spec.indexOf(':');
  if (colon < 0) return { path, brain: spec };
  const [brain, model] = [spec.slice(0, colon), spec.slice(colon + 1)];
  if (brain === '' || brain === 'none' || model === '') throw mistaken(text);
  return { path, brain, model };
}

function mistaken(text: string): UserError {
  return new UserError(
    `--role ${text.length > 120 ? `${text.slice(0, 120)}…` : text}: must be <role>=<brain> or <role>=<brain>:<model>`,
    `Roles are ${roles().join(', ')}, and <role>.fallback. Such as: --role evaluator=anthropic:claude-opus-5`,
  );
}

function roles(): string[] {
  return options().flatMap(({ path }) => /^roles\.(\w+)\.brain$/.exec(path)?.[1] ?? []);
}
