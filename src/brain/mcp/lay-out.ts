import { constants } from 'node:fs';
import { lstat, open, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Assignment } from '../brain.ts';
import { insidePaths } from '../command-files.ts';
import { mcpServer } from './how-to-start.ts';
import { readNotes } from './notes.ts';
import { serverVariables } from './variables.ts';

/** What the MCP server reads and writes, beside the brief and the outcome. */
const names = {
  feature: 'feature.json',
  verdict: 'verdict.json',
  notes: 'notes.jsonl',
  config: 'mcp.json',
} as const;

/** Where a program in the workspace finds them. */
export function serverPaths(workspace: Workspace): Readonly<Record<keyof typeof names, string>> {
  const inside = (name: string) => path.posix.join(workspace.out.inside, name);
  return {
    feature: inside(names.feature),
    verdict: inside(names.verdict),
    notes: inside(names.notes),
    config: inside(names.config),
  };
}

/** The variables the server is started with. Many programs hand on none of their own: say them where it is configured. */
export function serverEnv({ workspace, role, feature }: Assignment): Record<string, string> {
  const paths = serverPaths(workspace);
  return {
    [serverVariables.outcome]: insidePaths(workspace).outcome,
    [serverVariables.role]: role,
    ...(feature === undefined ? {} : { [serverVariables.feature]: paths.feature }),
    [serverVariables.verdict]: paths.verdict,
    [serverVariables.notes]: paths.notes,
  };
}

/**
 * Lays out what the server needs for a round: the feature, the last refusal of this conversation, and how it is started, in
 * the form most agent CLIs read (`{ "mcpServers": … }`). Notes stay from one round of a session to the next. What
 * stands there comes from someone we do not trust: it is removed, never written through. Throws when the folder is gone.
 */
export async function layOutForServer(assignment: Assignment): Promise<void> {
  const { workspace, feature, refusal } = assignment;
  if (!(await lstat(workspace.out.path)).isDirectory())
    throw new Error('The folder of brief and outcome was replaced by something else.');
  if (refusal === undefined) await remove(workspace, names.notes);
  const { command, args } = mcpServer();
  const start = { type: 'stdio', command, args, env: serverEnv(assignment) };
  await write(workspace, names.config, { mcpServers: { agentloop: start } });
  await write(workspace, names.feature, feature);
  await write(workspace, names.verdict, refusal);
}

/** What was noted in this session, bounded. Never throws. */
export async function notesOf(workspace: Workspace): Promise<readonly string[]> {
  const isFolder = await lstat(workspace.out.path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? await readNotes(path.join(workspace.out.path, names.notes)) : [];
}

async function write(workspace: Workspace, name: string, value: object | undefined): Promise<void> {
  await remove(workspace, name);
  if (value === undefined) return;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(path.join(workspace.out.path, name), flags, 0o644);
  try {
    await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
  } finally {
    await handle.close();
  }
}

async function remove(workspace: Workspace, name: string): Promise<void> {
  await rm(path.join(workspace.out.path, name), { recursive: true, force: true });
}
