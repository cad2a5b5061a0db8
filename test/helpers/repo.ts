import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** What a file of a temporary repository holds; null: it is deleted. */
export type Content = string | Buffer | { readonly link: string } | { readonly script: string } | null;

/** A real git repository in a temp folder. Close it with `remove`, or declare it with `await using`. */
export interface TempRepo extends AsyncDisposable {
  /** Its top, with symlinks resolved. */
  readonly dir: string;
  /** Runs git in it and gives trimmed stdout; throws with git's words when it fails. */
  git(...args: string[]): Promise<string>;
  /** Writes (or deletes) files, paths relative to the top. `script` is executable, `link` a symlink. */
  write(files: Readonly<Record<string, Content>>): Promise<void>;
  /** Writes the files, adds everything, commits (an empty commit too) and gives the SHA. */
  commit(message: string, files?: Readonly<Record<string, Content>>): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a repository on branch `main` with these files in a first commit; without `files` it has no commit. */
export async function tempRepo(files?: Readonly<Record<string, Content>>): Promise<TempRepo> {
  const repo = repoAt(await realpath(await mkdtemp(join(tmpdir(), 'agentloop-repo-'))));
  await repo.git('init', '-q', '-b', 'main');
  if (files !== undefined) await repo.commit('first', files);
  return repo;
}

/** The repository that stands there already, such as a copy of another. */
export function repoAt(dir: string): TempRepo {
  const git = async (...args: string[]): Promise<string> => {
    const { stdout } = await exec('git', args, { cwd: dir, maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  };
  const write = async (all: Readonly<Record<string, Content>>): Promise<void> => {
    for (const [path, content] of Object.entries(all)) await put(join(dir, path), content);
  };
  const commit = async (message: string, more: Readonly<Record<string, Content>> = {}): Promise<string> => {
    await write(more);
    await git('add', '-A');
    await git('commit', '-q', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD');
  };
  const remove = async (): Promise<void> => rm(dir, { recursive: true, force: true, maxRetries: 3 });
  return { dir, git, write, commit, remove, [Symbol.asyncDispose]: remove };
}

async function put(path: string, content: Content): Promise<void> {
  if (content === null) return unlink(path);
  await mkdir(dirname(path), { recursive: true });
  if (typeof content === 'string' || Buffer.isBuffer(content)) return writeFile(path, content);
  if ('link' in content) return symlink(content.link, path);
  await writeFile(path, content.script);
  await chmod(path, 0o755);
}
