import type { Fence } from './fence.ts';

/** Something put over a path of the checkout, read-only: what a prepared checkout lends to the others. */
export interface Mount {
  /** Folder relative to the top of the checkout, for example `packages/a/node_modules`. */
  readonly path: string;
  /** Host folder that is seen there. */
  readonly source: string;
  /** Folders below it, relative, that exist in `source` and are empty and writable for one command. */
  readonly caches: readonly string[];
  /** Not mounted but copied into the checkout before its commands run, because they must be able to write it. */
  readonly copied?: boolean;
}

/**
 * Where commands run: host folders of one checkout and the fence round them. All folders exist, are absolute and
 * free of symlinks; none is inside another.
 */
export interface Place {
  readonly fence: Fence;
  /** Name of the run: AGENTLOOP_RUN_ID of every command. */
  readonly run: string;
  /** Marks the processes of this run, and of no other run of any repository, for the sweep: `markOf`. */
  readonly mark: string;
  /** The checkout, writable. */
  readonly tree: string;
  /** HOME of the commands, writable. */
  readonly home: string;
  /** Shared by harness and commands, writable. */
  readonly out: string;
  /** Seen as /tmp under bubblewrap, TMPDIR without; writable. */
  readonly tmp: string;
  /** Written by the harness only; the commands see it read-only under bubblewrap. */
  readonly given?: string;
  /** First of the ports that its commands have to themselves: AGENTLOOP_PORT_BASE. */
  readonly ports?: number;
  /** The throw-away repository, writable. */
  readonly repo?: string;
  /** The shelf: only its `objects` and `shallow` are lent, read-only. */
  readonly shelf?: string;
  readonly mounts?: readonly Mount[];
  /** More host paths given back read-only at their own place. Those that do not exist are left out. */
  readonly readOnly?: readonly string[];
  /** ms between SIGTERM and SIGKILL where a command does not say; default 2000. */
  readonly graceMs?: number;
}

/** The folders of a place as its commands see them. */
export interface Inside {
  readonly tree: string;
  readonly home: string;
  readonly out: string;
  readonly tmp: string;
  readonly given: string;
  readonly repo: string;
  readonly shelf: string;
}

/** Under bubblewrap every place looks the same from inside, so that paths written into a checkout stay true elsewhere. */
export const fenced: Inside = {
  tree: '/tmp/agentloop/tree',
  home: '/tmp/agentloop/home',
  out: '/tmp/agentloop/out',
  tmp: '/tmp',
  given: '/tmp/agentloop/given',
  repo: '/tmp/agentloop/repo.git',
  shelf: '/tmp/agentloop/shelf.git',
};

/** How the commands of `place` see its folders. `given`, `repo` and `shelf` are empty where the place has none. */
export function insideOf(place: Omit<Place, 'mounts' | 'run' | 'mark' | 'ports' | 'graceMs'>): Inside {
  const { tree, home, out, tmp, given = '', repo = '', shelf = '' } = place;
  return place.fence.mode === 'bubblewrap' ? fenced : { tree, home, out, tmp, given, repo, shelf };
}
