import type { SimpleGit } from 'simple-git';
import { UserError } from '../errors.ts';
import { fetchOptions } from './fetch-options.ts';
import { type Env, userEnv } from './git.ts';
import type { Commit } from './trees.ts';

/**
 * The user's repository, under the user's own config and hooks. The one file that knows simple-git.
 * Nothing here touches a branch, the index, the stash or a file, but for what its name says.
 */
export interface UserRepository {
  /** The commit a name stands for, or undefined. */
  resolve(ref: string): Promise<Commit | undefined>;
  /** Short name of the branch that is checked out; undefined on a detached HEAD. Also before the first commit. */
  currentBranch(): Promise<string | undefined>;
  /** Who the user's commits are by; undefined when git would have to guess. */
  identity(): Promise<{ readonly name: string; readonly email: string } | undefined>;
  branchExists(branch: string): Promise<boolean>;
  isAncestor(ancestor: Commit, of: Commit): Promise<boolean>;
  /** Which of these paths (relative to the top) are not as in the last commit: changed, staged or untracked. */
  statusOf(paths: readonly string[]): Promise<readonly string[]>;
  /** Whether anything tracked differs from the last commit, or files lie there that git does not ignore. */
  isDirty(): Promise<boolean>;
  /** Refs below a prefix with their commit and, for branches, the worktree they are checked out in. */
  refs(...prefixes: readonly string[]): Promise<readonly UserRef[]>;
  /**
   * Fetches from a repository of ours by path. `+` in front of a refspec lets it move freely; others only move forward.
   * Gives git's words when it was refused, else undefined.
   */
  fetchFrom(path: string, refspecs: readonly string[]): Promise<string | undefined>;
  /** Commits just these paths as they are in the working tree, with the user's hooks. UserError with what a hook said. */
  commitFiles(paths: readonly string[], message: string): Promise<Commit>;
  /** Makes the index hold these paths as the last commit has them. */
  unstage(paths: readonly string[]): Promise<void>;
}

export interface UserRef {
  readonly ref: string;
  readonly commit: Commit;
  /** Folder in which it is checked out; empty when nowhere. */
  readonly checkedOutIn: string;
}

/** The user's own environment is trusted; what simple-git guards against is text of strangers in arguments. */
const categories =
  'Alias AskPass CommandBinaries ConfigEnvCount ConfigPaths CredentialHelper DiffExternal DiffTextConv Editor Exec Filter FsMonitor GitProxy GpgProgram HooksPath Include MergeDriver Pack Pager ProtocolOverride SshCommand Submodule TemplateDir UrlRewrite';
const trusted = Object.fromEntries(categories.split(' ').map((name) => [`allowUnsafe${name}`, true]));

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Opens it; simple-git is loaded with the first call. `top`: the working tree the user stands in. */
export function userRepository(top: string, env: Env): UserRepository {
  const call = async (
    args: readonly string[],
    { input = '\n', config = [] as string[] } = {},
  ): Promise<Answer> => {
    const { simpleGit } = await import('simple-git');
    const clean = userEnv(env);
    let answer: Answer = { code: 0, out: '', err: '' };
    const git: SimpleGit = simpleGit({
      baseDir: top,
      config,
      unsafe: trusted,
      allowEnvironment: Object.keys(clean),
      // A hook that reads stdin must find its end.
      input: () => input,
      // Its own rule takes a failure without words for success.
      errors(_error, { exitCode, stdErr, stdOut }) {
        answer = { code: exitCode, out: text(stdOut), err: text(stdErr) };
        return undefined;
      },
    }).env(clean);
    const out = await git.raw([...args]);
    return { ...answer, out };
  };
  const must = async (args: readonly string[], options: Parameters<typeof call>[1] = {}): Promise<string> => {
    const answer = await call(args, options);
    if (answer.code !== 0) throw refusedByGit(args, top, answer);
    return answer.out;
  };
  const refs = async (...prefixes: readonly string[]): Promise<UserRef[]> => {
    const format = '--format=%(refname)%00%(objectname)%00%(worktreepath)';
    const lines = (await must(['for-each-ref', format, ...prefixes])).split('\n');
    return lines.filter(Boolean).map((line) => {
      const [ref = '', commit = '', checkedOutIn = ''] = line.split('\0');
      return { ref, commit, checkedOutIn };
    });
  };
  return {
    refs,
    async resolve(ref) {
      const { code, out } = await call(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`]);
      return code === 0 ? out.trim() : undefined;
    },
    async currentBranch() {
      const { code, out } = await call(['symbolic-ref', '--short', 'HEAD']);
      return code === 0 ? out.trim() : undefined;
    },
    async identity() {
      const { code, out } = await call(['var', 'GIT_AUTHOR_IDENT'], { config: ['user.useConfigOnly=true'] });
      const [, name, email] = /^(.*) <(.*)> \d+ [+-]\d+\s*$/.exec(out) ?? [];
      return code === 0 && name && email ? { name, email } : undefined;
    },
    async branchExists(branch) {
      return (await refs(`refs/heads/${branch}`)).some(({ ref }) => ref === `refs/heads/${branch}`);
    },
    async isAncestor(ancestor, of) {
      // Not merge-base --is-ancestor: simple-git waits 50 ms more for a command that prints nothing.
      const { code, out } = await call([
        'rev-list',
        '--count',
        '--max-count=1',
        '--end-of-options',
        ancestor,
        `^${of}`,
      ]);
      return code === 0 && out.trim() === '0';
    },
    async statusOf(paths) {
      const args = [
        'status',
        '--porcelain=v1',
        '-z',
        '--no-renames',
        '--untracked-files=all',
        '--ignored',
        '--',
      ];
      const out = await must(['--literal-pathspecs', ...args, ...paths]);
      return out
        .split('\0')
        .filter(Boolean)
        .map((line) => line.slice(3));
    },
    async isDirty() {
      // The line about the branch comes first: simple-git waits 50 ms more for a command that prints nothing.
      return (
        (await must(['status', '--porcelain=v1', '--branch', '--untracked-files=normal'])).split('\n')
          .length > 2
      );
    },
    async fetchFrom(path, refspecs) {
      const args = ['fetch', '--atomic', ...fetchOptions, '--', path, ...refspecs];
      const { code, err } = await call(args, {
        config: ['protocol.file.allow=always', 'protocol.version=2'],
      });
      return code === 0 ? undefined : err.trim();
    },
    async commitFiles(paths, message) {
      await must(['--literal-pathspecs', 'add', '--verbose', '--force', '--', ...paths]);
      const args = ['--literal-pathspecs', 'commit', '--only', '--file=-', '--', ...paths];
      const done = await call(args, { input: message });
      if (done.code !== 0) {
        await takeBack(call, paths);
        throw refusedByGit(['commit'], top, done);
      }
      return (await must(['rev-parse', '--verify', 'HEAD'])).trim();
    },
    unstage: (paths) => takeBack(call, paths),
  };
}

/** After a commit that did not come about: the index forgets what `add` told it. */
async function takeBack(
  call: (args: readonly string[]) => Promise<Answer>,
  paths: readonly string[],
): Promise<void> {
  const born = (await call(['rev-parse', '--verify', 'HEAD'])).code === 0;
  const undo = born ? ['reset', '--'] : ['rm', '--cached', '-r', '--'];
  await call(['--literal-pathspecs', ...undo, ...paths]);
}

function refusedByGit(args: readonly string[], top: string, { code, out, err }: Answer): UserError {
  const said = [err, out]
    .map((one) => one.trim())
    .filter(Boolean)
    .join('\n')
    .slice(-4000);
  return new UserError(
    `git ${args[0]} in ${top} failed (code ${code})${said ? `:\n${said}` : '.'}`,
    'Mend what git or the hook says and try again.',
  );
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
