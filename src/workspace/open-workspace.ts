import { rmSync, writeFileSync } from 'node:fs';
import { exec, start } from './exec.ts';
import type { Fence } from './fence.ts';
import { markOf } from './mark.ts';
import { insideOf, type Place } from './place.ts';
import { lend, type Prepared } from './prepared.ts';
import { lease } from './prepared-store.ts';
import { makeClean } from './refill.ts';
import type { Repository } from './repository.ts';
import type { SeenFiles } from './seen.ts';
import { emptyHome, type TakenSlot, takeSlot } from './slot.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { makeThrowAway } from './throw-away.ts';
import type { BytePath, Commit, Tree } from './trees.ts';
import { underAll } from './under-all.ts';
import type { Background, ExecOptions, Workspace } from './workspace.ts';

export interface WorkspaceOptions {
  readonly run: string;
  /** Number of the session, from 1; without one what stands in the workspace is thrown away, also after a crash. */
  readonly session?: number;
  /** Tip of the run branch, on the shelf: HEAD of the workspace. Its ignore rules hold for new files. */
  readonly base: Commit;
  /** What the folder is filled with; default the tree of `base`. */
  readonly tree?: Tree;
  readonly fence: Fence;
  readonly prepared?: Prepared;
  /** Largest new or changed file, and most bytes of all of them, that a snapshot takes. */
  readonly maxFileBytes: number;
  readonly maxTotalBytes: number;
  /** More host paths the commands may read. */
  readonly readOnly?: readonly string[];
  /** ms between SIGTERM and SIGKILL for its commands; default 2000. */
  readonly graceMs?: number;
}

/** What `recoverWorkspace` must know when this process is gone. */
export interface SessionNote {
  readonly run: string;
  readonly session: number;
  readonly base: Tree;
  readonly filled: Tree;
  readonly skip: readonly BytePath[];
}

/**
 * Opens the workspace of a session: a kept folder made to hold exactly the tree, a new repository of its own, empty
 * HOME, /tmp and out folder. The base must be on the shelf. Disposing ends its commands and gives the folder back.
 */
export async function openWorkspace(repo: Repository, options: WorkspaceOptions): Promise<Workspace> {
  const slot = await takeSlot(repo, 'work', options.run);
  try {
    return await fill(repo, slot, options);
  } catch (error) {
    await slot.release();
    throw error;
  }
}

async function fill(repo: Repository, slot: TakenSlot, options: WorkspaceOptions): Promise<Workspace> {
  const { run, session, base, fence, prepared, maxFileBytes, maxTotalBytes, readOnly, graceMs } = options;
  rmSync(slot.note, { force: true });
  const baseTree = await repo.trees.treeOf(base);
  const tree = options.tree ?? baseTree;
  await makeClean(repo, slot, tree);
  const place: Place = {
    fence,
    run,
    mark: markOf(repo.commonDir, run),
    tree: slot.tree,
    home: slot.home,
    out: slot.out,
    tmp: slot.tmp,
    ports: slot.ports,
    repo: slot.repo,
    shelf: repo.shelf.dir,
    ...(prepared ? { mounts: prepared.outputs } : {}),
    ...(readOnly ? { readOnly } : {}),
    ...(graceMs === undefined ? {} : { graceMs }),
  };
  const inside = insideOf(place);
  await makeThrowAway(repo, slot, inside, { branch: `agentloop/${run}`, base, tree });
  const commands = commandsOf(place);
  const endLease = prepared ? lease(repo, prepared) : () => undefined;
  const skip = (prepared?.outputs ?? []).map(({ path }) => Buffer.from(path).toString('latin1'));
  const seen: SeenFiles = new Map();
  if (prepared) await lend(prepared, { path: slot.tree, exec: commands.exec }, fence);
  if (session !== undefined) {
    const note: SessionNote = { run, session, base: baseTree, filled: tree, skip };
    writeFileSync(slot.note, JSON.stringify(note));
  }
  return {
    path: slot.tree,
    inside: inside.tree,
    out: { path: slot.out, inside: inside.out },
    ...commands,
    snapshot: (meanwhile) =>
      takeSnapshot(repo, slot, {
        base: baseTree,
        filled: tree,
        skip: new Set(skip),
        maxFileBytes,
        maxTotalBytes,
        ...(meanwhile ? { meanwhile: { ...meanwhile, seen } } : {}),
      }),
    async [Symbol.asyncDispose]() {
      await commands.quiet();
      endLease();
      await emptyHome(slot);
      await slot.release();
    },
  };
}

/** The commands of one place, so that all of them can be ended together. */
export function commandsOf(place: Place): Pick<Workspace, 'exec' | 'start' | 'quiet'> {
  let calledOff = new AbortController();
  const running = new Set<Promise<unknown>>();
  const background = new Set<Background>();
  return {
    async exec(command: string, options: ExecOptions) {
      const signals = [calledOff.signal, ...(options.signal ? [options.signal] : [])];
      const ending = underAll(signals, (signal) => exec(place, command, { ...options, signal }));
      running.add(ending);
      return ending.finally(() => running.delete(ending));
    },
    start(command: string, options: ExecOptions) {
      const one = start(place, command, options);
      background.add(one);
      return one;
    },
    async quiet() {
      calledOff.abort();
      calledOff = new AbortController();
      await Promise.allSettled([...[...background].map((one) => one.kill()), ...running]);
      background.clear();
    },
  };
}
