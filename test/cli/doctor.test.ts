import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doctor } from '../../src/cli/commands/doctor.ts';
import { type Finding, node, platform } from '../../src/cli/inspect-machine.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { deadLock, type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

const list = JSON.stringify({
  version: 1,
  spec: 'x',
  features: [
    { id: 'F001', title: 'One', proof: 'tests', passes: true },
    { id: 'F002', title: 'Two', proof: 'tests', passes: false },
  ],
});

interface Diagnosis {
  readonly code: number;
  readonly text: string;
  find(name: string): Finding | undefined;
}

/** The machine as it is, without keys; its cache is the one that setup.ts gives every test. */
const { PATH, HOME, XDG_CACHE_HOME } = process.env;
const machine = { PATH, HOME, XDG_CACHE_HOME };

async function diagnose(env: Record<string, string> = {}, cwd = repo.dir): Promise<Diagnosis> {
  const io = fakeIo({ cwd, env: { ...machine, ...env } });
  const code = await doctor(io, { json: true });
  const { findings } = JSON.parse(io.out()) as { findings: Finding[] };
  return { code, text: io.out(), find: (name) => findings.find((one) => one.name === name) };
}

test('a repository in which a run can start, with a key whose value is never shown', async () => {
  const config = { judge: { checks: [{ name: 'unit', command: 'npm test' }] } };
  await repo.write({ 'feature-list.json': list, 'agentloop.config.json': JSON.stringify(config) });
  const { code, text, find } = await diagnose({ ANTHROPIC_API_KEY: 'sk-ant-very-secret' });
  expect(code).toBe(0);
  expect(text).not.toContain('very-secret');
  expect(find('brain')).toEqual({ name: 'brain', state: 'ok', what: 'anthropic, ANTHROPIC_API_KEY is set' });
  expect(find('features')).toMatchObject({
    state: 'ok',
    what: 'feature-list.json is valid: 1 of 2 features pass',
  });
  expect(find('checks')).toMatchObject({ state: 'ok', what: 'unit: npm test' });
  expect(find('config')).toMatchObject({ state: 'ok', what: 'valid, 1 option set' });
  expect(find('lock')).toMatchObject({ state: 'ok', what: 'free' });
  expect(find('disk')).toMatchObject({
    what: expect.stringMatching(/^[\d.]+ [KMGT]?B free for your repository/),
  });
  expect(find('node')).toMatchObject({ state: 'ok', what: process.versions.node });
  expect(find('fence')?.what).toMatch(/^(bubblewrap, tried out|bubblewrap, with holes|none: .+)/);
});

test('what is missing fails, each thing with what to do', async () => {
  const { code, find } = await diagnose();
  expect(code).toBe(3);
  expect(find('brain')).toMatchObject({
    state: 'fail',
    help: expect.stringContaining('export ANTHROPIC_API_KEY='),
  });
  expect(find('features')).toEqual({
    name: 'features',
    state: 'fail',
    what: 'there is no feature-list.json',
    help: 'agentloop init "<what you want built>"',
  });
  expect(find('checks')).toMatchObject({ state: 'warn' });
});

test('what is broken fails in the words of whoever read it', async () => {
  await repo.write({ 'feature-list.json': '{"version":1', 'agentloop.config.json': '{"limit":{}}' });
  const { code, find } = await diagnose();
  expect(code).toBe(3);
  expect(find('features')).toMatchObject({
    state: 'fail',
    what: expect.stringContaining('feature-list.json line 1'),
  });
  expect(find('config')).toMatchObject({
    state: 'fail',
    what: expect.stringContaining('agentloop.config.json'),
  });
});

test('a lock is told with who holds it, and one of a dead process is no trouble', async () => {
  const release = await repo.lock('r1');
  expect((await diagnose()).find('lock')).toMatchObject({
    state: 'ok',
    what: expect.stringContaining(`held: process ${process.pid} (agentloop run`),
  });
  await release();
  await deadLock(repo.stateDir, 'r1');
  expect((await diagnose()).find('lock')).toMatchObject({
    state: 'ok',
    what: expect.stringContaining('which is gone'),
  });
});

test('outside of a repository it looks at the machine alone', async () => {
  const outside = await realpath(await mkdtemp(join(tmpdir(), 'outside-')));
  const { code, find } = await diagnose({}, outside);
  expect(code).toBe(3);
  expect(find('repository')).toMatchObject({ state: 'fail', help: expect.stringContaining('git init') });
  expect(find('features')).toBeUndefined();
  await rm(outside, { recursive: true });
});

test('for people it has a line for each thing and a last word', async () => {
  const io = fakeIo({ cwd: repo.dir, env: machine });
  expect(await doctor(io, {})).toBe(3);
  const lines = io.out().trimEnd().split('\n');
  expect(lines.at(-1)).toBe('A run cannot start here yet.');
  expect(lines).toContain('✗ features      there is no feature-list.json');
  expect(lines).toContain('                agentloop init "<what you want built>"');
});

test.each([
  ['20.19.0', 'ok'],
  ['20.18.3', 'fail'],
  ['18.20.1', 'fail'],
  ['24.1.0', 'ok'],
])('Node %s: %s', (version, state) => {
  expect(node(version).state).toBe(state);
});

test.each([
  ['linux', 'ok'],
  ['darwin', 'warn'],
  ['win32', 'fail'],
] as const)('a machine with %s: %s', (name, state) => {
  expect(platform(name).state).toBe(state);
});
