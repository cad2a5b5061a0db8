import { realpathSync, statSync } from 'node:fs';
import { messageOf, UserError } from '../errors.ts';
import type { ObjectFormat } from './bare-repository.ts';
import { type Env, noGit, userEnv } from './git.ts';
import { type ProcessResult, runProcess } from './run-process.ts';

/** Where the user's repository is, without symlinks, and how it names its objects. */
export interface Found {
  readonly top: string;
  readonly commonDir: string;
  readonly format: ObjectFormat;
}

const oldestGit = [2, 38] as const;
const questions = [
  '--is-bare-repository',
  '--is-inside-git-dir',
  '--git-common-dir',
  '--show-object-format',
  '--show-toplevel',
];

/** Asks git where the repository of a folder is. UserError (cannot-start) when there is none that we can work with. */
export async function findRepository(cwd: string, env: Env): Promise<Found> {
  const place = { cwd: realFolder(cwd), env: userEnv(env) };
  const [answer, version] = await Promise.all([
    runProcess(['git', 'rev-parse', '--path-format=absolute', ...questions], place),
    runProcess(['git', '--version'], place),
  ]);
  checkVersion(version);
  return understand(answer, place.cwd);
}

function checkVersion(version: ProcessResult): void {
  if (version.code !== 0) throw noGit(version.trouble ?? version.stderr.toString('utf8').trim());
  const text = version.stdout.toString('utf8').trim();
  const [, major = '0', minor = '0'] = /version (\d+)\.(\d+)/.exec(text) ?? [];
  if (Number(major) > oldestGit[0] || (Number(major) === oldestGit[0] && Number(minor) >= oldestGit[1]))
    return;
  throw new UserError(
    `agentloop needs git ${oldestGit.join('.')} or newer; here is "${text}".`,
    'Install a newer git.',
    'cannot-start',
  );
}

function understand(
  { code, stdout, stderr }: ProcessResult,
  cwd: string,
): { top: string; commonDir: string; format: ObjectFormat } {
  const [bare, inside, commonDir, format, top] = stdout.toString('utf8').split('\n');
  const said = stderr.toString('utf8').trim();
  if (bare === 'true' || inside === 'true') {
    throw new UserError(
      bare === 'true'
        ? `${cwd} is a bare repository: it has no working tree.`
        : `${cwd} is inside a git dir.`,
      'cd into a clone or a worktree of it and try again.',
      'cannot-start',
    );
  }
  if (code === 0 && commonDir && top && (format === 'sha1' || format === 'sha256')) {
    return { top: realpathSync(top), commonDir: realpathSync(commonDir), format };
  }
  if (/not a git repository/.test(said)) {
    throw new UserError(
      `There is no git repository in ${cwd} or above.`,
      'git init && git add -A && git commit -m "first commit"',
      'cannot-start',
    );
  }
  const safe = /git config --global --add safe\.directory .*/.exec(said)?.[0];
  throw new UserError(
    `git cannot read the repository of ${cwd}: ${said}`,
    safe ?? 'Mend what git says, until "git status" works there.',
    'cannot-start',
  );
}

function realFolder(cwd: string): string {
  try {
    if (statSync(cwd).isDirectory()) return realpathSync(cwd);
  } catch (error) {
    throw new UserError(
      `${cwd} cannot be entered: ${messageOf(error)}.`,
      'Start agentloop in a repository.',
      'cannot-start',
    );
  }
  throw new UserError(`${cwd} is no folder.`, 'Start agentloop in a repository.', 'cannot-start');
}
