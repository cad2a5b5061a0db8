import * as path from 'node:path';
import type { Workspace } from '../../workspace/workspace.ts';
import type { Assignment } from '../brain.ts';
import { checkFolder, insidePaths, lay } from '../command-files.ts';
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
function serverPaths(workspace: Workspace): Readonly<Record<keyof typeof names, string>> {
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

/** What every program that is the brain is told of these files, and of how the server is started. */
export function variablesOfServer({ workspace }: Pick<Assignment, 'workspace'>): Record<string, string> {
  const paths = serverPaths(workspace);
  return {
    AGENTLOOP_FEATURE_FILE: paths.feature,
    AGENTLOOP_VERDICT_FILE: paths.verdict,
    AGENTLOOP_NOTES: paths.notes,
    AGENTLOOP_MCP: paths.config,
  };
}

/**
 * Lays out what the server needs for a round: the feature, the last refusal of this conversation, and how it is started, in
 * the form most agent CLIs read (`{ "mcpServers": … }`). Notes stay from one round of a session to the next. Throws when the folder is gone.
 */
export async function layOutForServer(assignment: Assignment): Promise<void> {
  const { workspace, feature, refusal } = assignment;
  await checkFolder(workspace);
  if (refusal === undefined) await lay(workspace, names.notes, undefined);
  const { command, args } = mcpServer();
  const start = { type: 'stdio', command, args, env: serverEnv(assignment) };
  await lay(workspace, names.config, JSON.stringify({ mcpServers: { agentloop: start } }));
  await lay(workspace, names.feature, feature && JSON.stringify(feature));
  await lay(workspace, names.verdict, refusal && JSON.stringify(refusal));
}

/** What was noted in this session, bounded. Never throws. */
export async function notesOf(workspace: Workspace): Promise<readonly string[]> {
  try {
    await checkFolder(workspace);
  } catch {
    return [];
  }
  return await readNotes(path.join(workspace.out.path, names.notes));
}
