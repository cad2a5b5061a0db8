import { join } from 'node:path';
import type { Fence } from './fence.ts';
import { markOf } from './mark.ts';
import { commandsOf } from './open-workspace.ts';
import { insideOf, type Place } from './place.ts';
import { lend, type Prepared } from './prepared.ts';
import { lease } from './prepared-store.ts';
import { makeClean } from './refill.ts';
import type { Repository } from './repository.ts';
import { takeSlot } from './slot.ts';
import { makeThrowAway } from './throw-away.ts';
import { changeTime, touchedSince } from './touched.ts';
import type { BytePath, Tree } from './trees.ts';
import type { ExecOptions, Finished } from './workspace.ts';

export interface CheckoutOptions {
  /** Name of the kept folder: the same name gets the same folder again while nobody else uses it. */
  readonly name: string;
  readonly run: string;
  readonly fence: Fence;
  readonly prepared?: Prepared;
}

/** A clean checkout for judge and prepare: the same kind of place as a workspace, without the shelf and its history. */
export interface Checkout extends AsyncDisposable {
  /** Where the harness sees the files, and where commands see them. */
  readonly path: string;
  readonly inside: string;
  /** A folder outside of the files that harness and commands share; emptied by each `fill`. */
  readonly out: { readonly path: string; readonly inside: string };
  /** Another one, which commands cannot write inside the fence; emptied by each `fill`. */
  readonly given: { readonly path: string; readonly inside: string };
  /** Makes it hold exactly this tree, with empty HOME, /tmp and shared folders, and an empty repository of its own. */
  fill(tree: Tree): Promise<void>;
  exec(command: string, options: ExecOptions): Promise<Finished>;
  /** Files of the tree that were written, replaced or removed since the last `fill`, whatever they hold now. */
  touched(): Promise<readonly BytePath[]>;
}

/** Takes a kept folder; `fill` comes before anything else. Disposing ends its commands and gives the folder back. */
export async function openCheckout(repo: Repository, options: CheckoutOptions): Promise<Checkout> {
  const { name, run, fence, prepared } = options;
  await repo.ensure();
  const slot = await takeSlot(repo, name, run);
  const { tree, home, out, tmp } = slot;
  const place: Place = {
    fence,
    run,
    mark: markOf(repo.commonDir, run),
    tree,
    home,
    out,
    tmp,
    given: slot.given,
    ports: slot.ports,
    repo: slot.repo,
    ...(prepared ? { mounts: prepared.outputs } : {}),
  };
  const inside = insideOf(place);
  const { exec, quiet } = commandsOf(place);
  let filled: { readonly tree: Tree; readonly at: number } | undefined;
  const endLease = prepared ? lease(repo, prepared) : () => undefined;
  return {
    path: tree,
    inside: inside.tree,
    out: { path: out, inside: inside.out },
    given: { path: slot.given, inside: inside.given },
    exec,
    async touched() {
      if (filled === undefined) return [];
      await repo.nodes.load(filled.tree);
      return touchedSince(tree, repo.nodes, filled.tree, filled.at);
    },
    async fill(wanted) {
      await quiet();
      await makeClean(repo, slot, wanted);
      await makeThrowAway(repo, slot, inside, { branch: 'candidate', tree: wanted });
      if (prepared) await lend(prepared, { path: tree, exec }, fence);
      filled = { tree: wanted, at: changeTime(join(slot.dir, 'filled')) };
    },
    async [Symbol.asyncDispose]() {
      await quiet();
      endLease();
      await slot.release();
    },
  };
}
