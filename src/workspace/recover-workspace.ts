import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markOf } from './mark.ts';
import type { SessionNote } from './open-workspace.ts';
import type { Repository } from './repository.ts';
import { slotAt } from './slot.ts';
import { endRun } from './sweep.ts';
import { takeSnapshot } from './take-snapshot.ts';
import type { Workspace } from './workspace.ts';

export interface LeftBehind {
  readonly run: string;
  readonly session: number;
  readonly config: { readonly workspace: { readonly maxFileBytes: number; readonly maxTotalBytes: number } };
}

/**
 * The workspace of a session whose process was killed, for a snapshot of what stands in it. First ends what may still
 * run in it. Undefined when there is none: the session never got that far, or the folder was used since or deleted.
 */
export async function recoverWorkspace(
  repo: Repository,
  { run, session, config }: LeftBehind,
): Promise<Pick<Workspace, 'snapshot'> | undefined> {
  await endRun(markOf(repo.commonDir, run));
  const root = join(repo.cacheDir, 'slots');
  if (!existsSync(root)) return undefined;
  for (const name of readdirSync(root)) {
    const slot = slotAt(root, name, async () => undefined);
    const note = readNote(slot.note);
    if (note?.run !== run || note.session !== session || !existsSync(slot.tree)) continue;
    if (!(await repo.objects.has([note.base, note.filled]))) continue;
    return {
      snapshot: () =>
        takeSnapshot(repo, slot, {
          base: note.base,
          filled: note.filled,
          skip: new Set(note.skip),
          maxFileBytes: config.workspace.maxFileBytes,
          maxTotalBytes: config.workspace.maxTotalBytes,
        }),
    };
  }
  return undefined;
}

/** A note that is torn or strange is none: then there is nothing to recover. */
function readNote(file: string): SessionNote | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SessionNote;
  } catch {
    return undefined;
  }
}
