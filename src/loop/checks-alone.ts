import { Check } from '../config.ts';
import { UserError } from '../errors.ts';
import { loadConfig } from '../project/config-file.ts';
import { detect } from '../project/detect.ts';
import { files } from '../project/feature.ts';
import type { Tree, Trees } from '../workspace/trees.ts';
import { filesOf } from './init-plan.ts';

/** What a commit is judged by where no run has set it up. */
export interface ChecksAlone {
  /** Who named the checks: the configuration of the base, a person, or nobody, so that they were looked for. */
  readonly from: 'base' | 'given' | 'detected';
  readonly checks: readonly Check[];
  /** What init.sh would be; only where the base has neither one nor any configuration. */
  readonly init?: string;
}

/**
 * The checks of the base's configuration; those a person gives (`name=command`, or just the command) take their place.
 * In a repository that never heard of agentloop they are looked for, as `agentloop init` does it. UserError when there
 * is nothing to run.
 */
export async function checksAlone(trees: Trees, base: Tree, given: readonly string[]): Promise<ChecksAlone> {
  const text = async (path: string) => (await trees.read(base, path))?.toString('utf8');
  const own = given.map(checkOf);
  const sources = { file: await text(files.config), packageJson: await text('package.json') };
  if (own.length === 0 && isConfigured(sources)) return { from: 'base', checks: checksOf(sources) };
  const found = await detect(await filesOf(trees, base));
  const checks = own.length > 0 ? own : found.checks;
  if (checks.length === 0) {
    throw new UserError(
      `Nothing says how this commit is checked: its base has no ${files.config}, and no test runner was found.`,
      'agentloop judge --check "<a command that must succeed>"',
      'cannot-start',
    );
  }
  const bare = !isConfigured(sources) && (await text(files.init)) === undefined;
  return {
    from: own.length > 0 ? 'given' : 'detected',
    checks: named(checks),
    ...(bare ? { init: found.init } : {}),
  };
}

type Sources = { readonly file: string | undefined; readonly packageJson: string | undefined };

/** A configuration that cannot be read is one too: the judge says what is wrong with it. */
function isConfigured({ file, packageJson }: Sources): boolean {
  if (file !== undefined) return true;
  try {
    return Object.values(loadConfig({ packageJson }).origins).some((origin) => origin !== 'default');
  } catch (error) {
    if (error instanceof UserError) return true;
    throw error;
  }
}

function checksOf(sources: Sources): readonly Check[] {
  try {
    return loadConfig(sources).config.judge.checks;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function checkOf(words: string, at: number): Check {
  const [, name = at === 0 ? 'check' : `check-${at + 1}`, command = words] =
    /^([a-z0-9][a-z0-9-]{0,31})=(.+)$/s.exec(words) ?? [];
  const check = Check.safeParse({ name, command, report: 'auto' });
  if (check.success) return check.data;
  throw new UserError(
    `--check: ${JSON.stringify(words.slice(0, 100))} is no command.`,
    'agentloop judge --check "npm test" --check "lint=npm run lint"',
  );
}

/** Two of one name would be one. */
function named(checks: readonly Check[]): readonly Check[] {
  const names = checks.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return checks;
  throw new UserError(
    `--check: two checks are called "${twice}".`,
    'Give them names: --check "a=..." --check "b=..."',
  );
}
