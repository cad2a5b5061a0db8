import { constants } from 'node:fs';
import { lstat, open, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Workspace } from '../workspace/workspace.ts';
import type { Assignment } from './brain.ts';
import { type OutcomeRead, readOutcome } from './outcome.ts';

/** The files through which we and a program that is the brain talk, in the folder both can reach. */
const names = { brief: 'brief.md', outcome: 'outcome.json' } as const;

/** Where the program finds them. */
export function insidePaths(workspace: Workspace): { readonly brief: string; readonly outcome: string } {
  const at = (name: string) => path.posix.join(workspace.out.inside, name);
  return { brief: at(names.brief), outcome: at(names.outcome) };
}

/** The variables by which the program finds them, and learns what it is for. */
export function ourVariables({
  workspace,
  feature,
  role,
  session,
  run,
}: Pick<Assignment, 'workspace' | 'feature' | 'role' | 'session' | 'run'>): Record<string, string> {
  const inside = insidePaths(workspace);
  return {
    AGENTLOOP_BRIEF: inside.brief,
    AGENTLOOP_OUTCOME: inside.outcome,
    AGENTLOOP_FEATURE: feature?.id ?? '',
    AGENTLOOP_ROLE: role,
    AGENTLOOP_SESSION: String(session),
    AGENTLOOP_RUN_ID: run,
  };
}

/**
 * Writes the brief anew and takes an older outcome away. What stands there comes from a round before, so from
 * someone we do not trust: it is removed, never written through. Throws when the folder itself is gone.
 */
export async function layOut(workspace: Workspace, brief: string): Promise<void> {
  await checkFolder(workspace);
  await lay(workspace, names.outcome, undefined);
  await lay(workspace, names.brief, brief);
}

/** Puts a file where anything may stand; undefined: takes away what stands there. */
async function lay(workspace: Workspace, name: string, content: string | undefined): Promise<void> {
  const file = path.join(workspace.out.path, name);
  await rm(file, { recursive: true, force: true });
  if (content === undefined) return;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(file, flags, 0o644);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/** What the program wrote. Never throws. */
export async function outcomeOf(workspace: Workspace): Promise<OutcomeRead> {
  try {
    await checkFolder(workspace);
  } catch {
    return { kind: 'broken', sentence: 'The folder of the outcome file is gone or was replaced.' };
  }
  return await readOutcome(path.join(workspace.out.path, names.outcome));
}

async function checkFolder(workspace: Workspace): Promise<void> {
  if (!(await lstat(workspace.out.path)).isDirectory()) {
    throw new Error('The folder of brief and outcome was replaced by something else.');
  }
}
