import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Assignment } from '../../../src/brain/brain.ts';
import { mcpServer } from '../../../src/brain/mcp/how-to-start.ts';
import { layOutForServer, notesOf, serverEnv } from '../../../src/brain/mcp/lay-out.ts';
import { servedBy } from '../../../src/brain/mcp/variables.ts';
import { type PlainWorkspace, plainWorkspace } from '../../helpers/plain-workspace.ts';
import { assignmentIn, refusal } from '../assignment.ts';

let workspace: PlainWorkspace;
let assignment: Assignment;
beforeEach(async () => {
  workspace = await plainWorkspace();
  assignment = await assignmentIn(workspace, workspace.root);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
});

const at = (name: string) => join(workspace.out.path, name);
const read = async (name: string) => JSON.parse(await readFile(at(name), 'utf8'));

test('feature and last refusal lie beside the brief, and how the server is started', async () => {
  await layOutForServer(assignment);
  expect((await readdir(workspace.out.path)).sort()).toEqual(['feature.json', 'mcp.json']);
  expect(await read('feature.json')).toEqual(assignment.feature);
  const { agentloop } = (await read('mcp.json')).mcpServers;
  const { command, args } = mcpServer();
  expect(agentloop).toEqual({ type: 'stdio', command, args, env: serverEnv(assignment) });
  await layOutForServer({ ...assignment, refusal: refusal(2) });
  expect(await read('verdict.json')).toEqual(refusal(2));
  await layOutForServer(assignment);
  expect(await readdir(workspace.out.path)).not.toContain('verdict.json');
});

test('what the environment says is what the server understands', () => {
  const { out } = workspace;
  expect(servedBy(serverEnv(assignment))).toEqual({
    role: 'coder',
    outcome: `${out.inside}/outcome.json`,
    feature: `${out.inside}/feature.json`,
    verdict: `${out.inside}/verdict.json`,
    notes: `${out.inside}/notes.jsonl`,
  });
  const { feature: _, ...without } = assignment;
  expect(servedBy(serverEnv({ ...without, role: 'initializer' }))).not.toHaveProperty('feature');
  expect(servedBy({ AGENTLOOP_OUTCOME: '' })).toBeUndefined();
});

test('notes stay through the refusals of a session, and are gone when another begins', async () => {
  await layOutForServer(assignment);
  await writeFile(at('notes.jsonl'), '{"text":"one"}\n');
  await layOutForServer({ ...assignment, refusal: refusal(1) });
  expect(await notesOf(workspace)).toEqual(['one']);
  await layOutForServer(assignment);
  expect(await notesOf(workspace)).toEqual([]);
});

test('nothing is written through a link or into a folder that stands in the way', async () => {
  await writeFile(join(workspace.root, 'victim'), 'mine');
  await symlink(join(workspace.root, 'victim'), at('feature.json'));
  await mkdir(at('mcp.json'));
  await layOutForServer(assignment);
  expect(await readFile(join(workspace.root, 'victim'), 'utf8')).toBe('mine');
  expect((await read('feature.json')).id).toBe('F001');
  await rm(workspace.out.path, { recursive: true });
  await symlink(workspace.root, workspace.out.path);
  await writeFile(join(workspace.root, 'notes.jsonl'), '{"text":"not from here"}\n');
  await expect(layOutForServer(assignment)).rejects.toThrow(/replaced/);
  expect(await notesOf(workspace)).toEqual([]);
});

test('of our package only the program is given back, by its real path, and the Node that runs us', async () => {
  const root = await mkdtemp(join(tmpdir(), 'package-'));
  for (const name of ['bin', 'dist', '.git', 'src']) await mkdir(join(root, name));
  await writeFile(join(root, 'package.json'), '{}');
  await symlink(root, `${root}-link`);
  expect(mcpServer(`${root}-link`)).toEqual({
    command: process.execPath,
    args: [join(root, 'bin/agentloop.cjs'), 'mcp'],
    readOnly: [join(root, 'package.json'), join(root, 'bin'), join(root, 'dist'), process.execPath],
  });
  await rm(root, { recursive: true });
  await rm(`${root}-link`);
});
