import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptsOf } from '../project/scripts-text.ts';
import { type Checkout, openCheckout } from './checkout.ts';
import type { Fence } from './fence.ts';
import { initScript, prepareKey } from './prepare-key.ts';
import type { InitRun, Prepared, PrepareFailed } from './prepared.ts';
import { takeOutputs } from './prepared-outputs.ts';
import { forgetOld } from './prepared-store.ts';
import { removeAll } from './remove.ts';
import type { Repository } from './repository.ts';
import type { Entry, Tree } from './trees.ts';
import type { Finished } from './workspace.ts';

export type { Prepared, PrepareFailed } from './prepared.ts';

/**
 * Runs init.sh once for all checkouts that need the same.
 *
 * 1. It runs in a clean checkout of its own, behind the fence, without keys.
 * 2. One key is made once: whoever asks while it is being made waits for it.
 * 3. It appears whole, under its final name, or not at all: what a crash left is made again.
 * 4. What it made is lent so that nobody can change it: `prepared.ts`.
 */

export interface PrepareOptions {
  readonly fence: Fence;
  readonly run: string;
  /** Config `prepare.outputs` and `prepare.inputs`. */
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** An executable init.sh chooses its own shell; a forgotten mode bit is no reason to fail. */
const command = `if [ -x ./${initScript} ]; then exec ./${initScript}; fi
if command -v bash >/dev/null; then exec bash ./${initScript}; fi
exec sh ./${initScript}`;

const making = new Map<string, Promise<Prepared | PrepareFailed>>();

/** Prepares a tree, or finds it prepared. A tree without init.sh needs nothing. Rejects for troubles of ours only. */
export async function prepare(
  repo: Repository,
  tree: Tree,
  options: PrepareOptions,
): Promise<Prepared | PrepareFailed> {
  const entries = await repo.trees.list(tree);
  if (!entries.some(({ path }) => path === initScript))
    return { key: 'none', reused: true, ms: 0, outputs: [] };
  const key = prepareKey({ ...options, entries, says: await saidOf(repo, tree) });
  const store = join(repo.cacheDir, 'prepared');
  const folder = join(store, key);
  const known = find(folder);
  if (known) return known;
  for (let other = making.get(folder); other; other = making.get(folder)) {
    const outcome = await other;
    if (!('reason' in outcome)) return { ...outcome, reused: true };
    // Why somebody else called it off is not our reason.
    if (outcome.ended !== 'aborted' || options.signal?.aborted) return outcome;
  }
  const work = make(repo, { tree, entries, key, store, options });
  making.set(folder, work);
  try {
    return await work;
  } finally {
    making.delete(folder);
  }
}

/** What an installation of this tree is told to do: init.sh, and what npm starts by itself. */
async function saidOf({ trees }: Pick<Repository, 'trees'>, tree: Tree): Promise<string> {
  const text = async (path: string) => (await trees.read(tree, path))?.toString('utf8');
  const { preinstall, install, postinstall, prepare: prepared } = scriptsOf(await text('package.json'));
  return [await text(initScript), preinstall, install, postinstall, prepared].filter(Boolean).join('\n');
}

interface Making {
  readonly tree: Tree;
  readonly entries: readonly Entry[];
  readonly key: string;
  readonly store: string;
  readonly options: PrepareOptions;
}

async function make(
  repo: Repository,
  { tree, entries, key, store, options }: Making,
): Promise<Prepared | PrepareFailed> {
  const { fence, run, timeoutMs, signal, outputs } = options;
  const folder = join(store, key);
  const draft = `${folder}.draft-${process.pid}-${randomUUID().slice(0, 8)}`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  try {
    await using checkout = await openCheckout(repo, { name: 'prepare', run, fence });
    await checkout.fill(tree);
    const env = installEnv(fence, checkout, draft);
    const finished = await checkout.exec(command, {
      env,
      timeoutMs,
      keepBytes: 16 * 1024,
      ...(signal ? { signal } : {}),
    });
    const reason = whyFailed(finished, timeoutMs);
    if (reason !== undefined) {
      const ended = finished.ended === 'idle' ? 'timeout' : finished.ended;
      const { code, output } = finished;
      return { key, reason: reason + withheld(fence), code, ended, output };
    }
    const taken = await takeOutputs(checkout.path, draft, outputs, entries);
    const atHome = taken.map((output) => ({ ...output, source: output.source.replace(draft, folder) }));
    const init: InitRun = { command, env: moved(env, draft, folder), timeoutMs };
    writeFileSync(join(draft, 'done.json'), JSON.stringify({ key, ms: finished.ms, outputs: atHome, init }), {
      flush: true,
    });
    if (!find(folder)) await removeAll(folder, store);
    try {
      renameSync(draft, folder);
    } catch (error) {
      // Another process was as fast: what it made is as good.
      if (!find(folder)) throw error;
    }
    await forgetOld(store, key);
    return { key, reused: false, ms: finished.ms, outputs: atHome, init };
  } finally {
    await removeAll(draft, store);
  }
}

/** What was made for a key, if it is whole; its last use is now. */
function find(folder: string): Prepared | undefined {
  const done = join(folder, 'done.json');
  if (!existsSync(done)) return undefined;
  const known = { ...(JSON.parse(readFileSync(done, 'utf8')) as Prepared), reused: true };
  // The cache may be deleted at any time, also in parts.
  if (!known.outputs.every(({ source }) => existsSync(source))) return undefined;
  const now = new Date();
  utimesSync(done, now, now);
  return known;
}

/**
 * Registries and certificates for init.sh, with configuration files where it can read them: in the checkout's shared
 * folder behind a fence, beside what was made without one, because there init.sh may have to run again later.
 */
function installEnv(fence: Fence, checkout: Checkout, draft: string): Record<string, string> {
  const { env, npmrc, pipConf } = fence.installs;
  const at = fence.mode === 'none' ? { path: draft, inside: draft } : checkout.out;
  const all: Record<string, string> = { ...env };
  for (const [name, file, text] of [
    ['npm_config_userconfig', 'npmrc', npmrc],
    ['PIP_CONFIG_FILE', 'pip.conf', pipConf],
  ] as const) {
    if (text === '') continue;
    writeFileSync(join(at.path, file), text);
    all[name] = `${at.inside}/${file}`;
  }
  return all;
}

function moved(env: Readonly<Record<string, string>>, from: string, to: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace(from, to)]));
}

function whyFailed(finished: Finished, timeoutMs: number): string | undefined {
  const { code, signal, ended, fenceFailed } = finished;
  if (fenceFailed !== undefined) return `the fence could not be put up for ${initScript}: ${fenceFailed}`;
  if (ended === 'aborted') return `${initScript} was called off`;
  if (ended !== null) return `${initScript} was not done after ${Math.round(timeoutMs / 1000)} s`;
  if (signal !== null) return `${initScript} was ended by ${signal}`;
  return code === 0 ? undefined : `${initScript} ended with exit code ${code}`;
}

function withheld(fence: Fence): string {
  const names = fence.installs.withheld;
  return names.length === 0 ? '' : ` (it does not get the credentials in ${names.join(', ')})`;
}
