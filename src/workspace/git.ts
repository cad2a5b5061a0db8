import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BugError, UserError } from '../errors.ts';
import { type ProcessResult, runProcess } from './run-process.ts';

/**
 * Git plumbing in one of our own bare repositories.
 * 1. The git dir, the config and the index are ours; a workspace is never more than a folder of files.
 * 2. No shell, no inherited environment, no config of the user's or the system's, no hooks, no filters.
 * 3. The working directory is outside of every workspace; git dir, work tree and index are always named.
 */

/** Settings that hold whatever any config says. Filters and the like are switched off by `info/attributes`. */
const overrides: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.untrackedCache=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.trustctime=true',
  'core.checkStat=default',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  // Objects and refs must outlive a power cut once the ledger speaks of them.
  'core.fsync=committed,reference',
  'protocol.allow=never',
  'protocol.version=2',
  'diff.ignoreSubmodules=all',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'commit.gpgSign=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.bareRepository=explicit',
];
const always = overrides.flatMap((setting) => ['-c', setting]);

export type Env = Readonly<Record<string, string | undefined>>;

export interface GitOptions {
  /** Written to stdin. A string is taken as latin1: one char, one byte. */
  readonly input?: string | Buffer;
  /** Index file of ours. */
  readonly index?: string;
  /** Folder whose files are meant. */
  readonly workTree?: string;
  /** Exit codes that are an answer, not a failure. Default: 0. */
  readonly ok?: readonly number[];
  /** Most bytes of stdout that are kept; git is ended when there are more. Default: all of them. */
  readonly cutAt?: number;
  /** Ends git; the call then fails. */
  readonly signal?: AbortSignal;
  /** The user's environment: for the one call that reads from the user's repository, under the user's config. */
  readonly asUser?: Env;
}

export interface GitAnswer {
  readonly code: number;
  /** One char per byte (latin1). */
  readonly out: string;
  readonly err: string;
}

/** One of our repositories. Every failure is a BugError with argv and what git said, unless a person can mend it. */
export class Git {
  readonly dir: string;
  readonly #cwd: string;
  readonly #path: string;

  /** `cwd`: a folder of ours outside of every workspace, also HOME of git. `path`: PATH on which git is found. */
  constructor(dir: string, place: { readonly cwd: string; readonly path: string }) {
    this.dir = dir;
    this.#cwd = place.cwd;
    this.#path = place.path;
  }

  /** Runs git and gives its stdout as latin1. */
  async run(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.answer(args, options)).out;
  }

  /** Runs git and gives its exit code too, for calls with more than one code that is `ok`. */
  async answer(args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
    const { input, ok = [0], cutAt, asUser, signal } = options;
    const result = await runProcess(
      ['git', ...always, ...(asUser ? ['-c', 'protocol.file.allow=always'] : []), ...args],
      {
        cwd: this.#cwd,
        env: { ...(asUser ? userEnv(asUser) : this.#ownEnv()), ...this.#where(options) },
        ...(input === undefined
          ? {}
          : { input: typeof input === 'string' ? Buffer.from(input, 'latin1') : input }),
        ...(cutAt === undefined ? {} : { maxBytes: cutAt }),
        ...(signal === undefined ? {} : { signal }),
      },
    );
    const cut = cutAt !== undefined && result.stdout.length >= cutAt;
    if (!cut && (result.code === null || !ok.includes(result.code))) throw failure(args, this.dir, result);
    return {
      code: result.code ?? 0,
      out: result.stdout.toString('latin1'),
      err: result.stderr.toString('utf8'),
    };
  }

  #ownEnv(): Record<string, string> {
    return {
      PATH: this.#path,
      HOME: this.#cwd,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
    };
  }

  #where({ index, workTree }: GitOptions): Record<string, string> {
    return {
      GIT_DIR: this.dir,
      ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
      GIT_ATTR_NOSYSTEM: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
    };
  }
}

/** Variables by which git finds a repository other than by the folder it stands in. */
const locating =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|GRAFT_FILE|SHALLOW_FILE|QUARANTINE_PATH|CEILING_DIRECTORIES|REPLACE_REF_BASE|TRACE.*|TEST_.*)$/;

/** The user's environment for git in the user's own repository: whole, but for what would point git elsewhere. */
export function userEnv(env: Env): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !locating.test(name)) kept[name] = value;
  }
  return { ...kept, GIT_TERMINAL_PROMPT: '0' };
}

/** What git says when the machine lets it down, and a person can mend that. */
export const mendable =
  /No space left on device|Disk quota exceeded|Read-only file system|Permission denied|File too large|Input\/output error/;

function failure(args: readonly string[], dir: string, result: ProcessResult): Error {
  if (!existsSync(join(dir, 'HEAD'))) {
    return new UserError(
      `${dir} was deleted while agentloop worked with it.`,
      'agentloop run   (makes it anew from your repository and goes on)',
      'cannot-start',
    );
  }
  const said = result.stderr.subarray(-2000).toString('utf8').trim();
  if (result.code === null && result.signal === null) return noGit(result.trouble ?? said);
  const tooLarge = result.signal === 'SIGXFSZ';
  if (tooLarge || mendable.test(said)) {
    return new UserError(
      `git could not work in ${dir}: ${tooLarge ? 'a file would become larger than this shell allows (ulimit -f)' : said}`,
      'Make room, or mend limits, owner and permissions there; then go on with: agentloop run',
      'cannot-start',
    );
  }
  const how = result.trouble ?? (result.code === null ? `signal ${result.signal}` : `code ${result.code}`);
  return new BugError(`git ${args.join(' ')} (in ${dir}) ended with ${how}: ${said}`);
}

/** git itself could not be started. */
export function noGit(why: string): UserError {
  return new UserError(
    `git could not be started: ${why}`,
    'Install git 2.38 or newer, and see that it is on PATH.',
    'cannot-start',
  );
}
