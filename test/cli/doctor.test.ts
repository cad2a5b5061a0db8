import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DoctorFlags, doctor } from '../../src/cli/commands/doctor.ts';
import { Diagnosis, type Finding } from '../../src/cli/diagnosis.ts';
import { node, platform } from '../../src/cli/inspect-machine.ts';
import { openRepository } from '../../src/workspace/repository.ts';
import { smallRepo } from '../e2e/small-repo.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { ledgerStory, limitsSet, runStarted } from '../helpers/ledger-story.ts';
import { deadLock, type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

const judge = { checks: [{ name: 'tests', command: 'node --test', report: 'node-test', timeout: '1m' }] };
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

interface Diagnosed {
  readonly code: number;
  readonly text: string;
  find(name: string): Finding | undefined;
}

/** The machine as it is, without keys; its cache is the one that setup.ts gives every test. */
const { PATH, HOME, XDG_CACHE_HOME } = process.env;
const machine = { PATH, HOME, XDG_CACHE_HOME };

async function diagnose(env: Record<string, string> = {}, cwd = repo.dir): Promise<Diagnosed> {
  const io = fakeIo({ cwd, env: { ...machine, ...env } });
  const code = await doctor(io, { json: true, quick: true });
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

test('where checkpoints are to be pushed, the remote is asked whether they may be; nothing is pushed', async () => {
  const config = { workspace: { pushCheckpoints: 'origin' } };
  await repo.write({ 'feature-list.json': list, 'agentloop.config.json': JSON.stringify(config) });
  const far = join(repo.dir, '..', `${basename(repo.dir)}-far.git`);
  await repo.git('commit', '-q', '--allow-empty', '-m', 'first');
  await repo.git('init', '-q', '--bare', far);
  await repo.git('remote', 'add', 'origin', far);
  expect((await diagnose()).find('push')).toMatchObject({ state: 'ok' });
  expect(await repo.git('ls-remote', 'origin')).toBe('');
  await rm(far, { recursive: true });
  expect((await diagnose()).find('push')).toMatchObject({
    state: 'fail',
    what: expect.stringMatching(/^nothing can be pushed to origin: .*far\.git/),
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

test('without --quick the checks are run twice on a clean checkout, and a second look takes what was seen', async () => {
  await using small = await smallRepo({
    red: true,
    config: { roles: { coder: { brain: 'command:true' } }, judge },
  });
  const look = async (flags: DoctorFlags = {}) => {
    const io = fakeIo({ cwd: small.dir, env: machine });
    const code = await doctor(io, { json: true, ...flags }, '1');
    const { findings } = Diagnosis.parse(JSON.parse(io.out()));
    return { code, find: (name: string) => findings.find((one) => one.name === name) };
  };
  const first = await look();
  expect(first.find('baseline')).toMatchObject({
    state: 'ok',
    what: expect.stringMatching(/^1 test passes, 1 red, run twice in /),
  });
  expect(first.find('init.sh')).toMatchObject({
    state: 'ok',
    what: expect.stringMatching(/^works in a clean checkout \(/),
  });
  expect(first.code).toBe(0);
  expect((await look()).find('baseline')?.what).toMatch(/seen twice before$/);
  expect((await look({ quick: true })).find('baseline')).toBeUndefined();

  await small.write({ 'init.sh': '#!/bin/sh\necho no network >&2; exit 7\n' });
  await small.git('commit', '-qam', 'broken');
  const broken = await look();
  expect(broken.code).toBe(3);
  expect(broken.find('init.sh')).toMatchObject({
    state: 'fail',
    help: expect.stringContaining('no network'),
  });
  expect(broken.find('baseline')).toBeUndefined();
});

test('a cap with a price nobody knows, and a program that is nowhere, are told before they cost a night', async () => {
  const config = {
    roles: { coder: { brain: 'command:no-such-program -p' } },
    limits: { maxCost: 5, until: '07:30' },
  };
  await repo.write({ 'feature-list.json': list, 'agentloop.config.json': JSON.stringify(config) });
  const { code, find } = await diagnose();
  expect(code).toBe(3);
  expect(find('brain')).toMatchObject({
    state: 'warn',
    what: expect.stringContaining('no program no-such-program'),
  });
  expect(find('price')).toMatchObject({
    state: 'fail',
    help: expect.stringContaining('--allow-unknown-cost'),
  });
  expect(find('clock')?.what).toMatch(
    /^\d\d:\d\d in \S+; stops at 07:30, which is 20\d\d-\d\d-\d\d 07:30, in /,
  );
});

test('a run that is not finished goes on with the brain and the caps it had: no key is asked for', async () => {
  await repo.write({ 'feature-list.json': list, 'agentloop.config.json': JSON.stringify({ judge }) });
  const base = await repo.commit('start');
  expect((await diagnose()).find('brain')?.state).toBe('fail');
  const story = ledgerStory('r1');
  story.tell(runStarted({ brain: 'command:true', base }));
  story.tell(limitsSet({ maxCostUsd: 5, allowUnknownCost: true }));
  const dir = await repo.addRun(story);
  const brain = { brain: 'command:true', cwd: repo.dir, passEnv: [], passHome: [] };
  await writeFile(join(dir, 'brain.json'), JSON.stringify(brain));
  const { code, find } = await diagnose();
  expect(find('brain')).toMatchObject({
    state: 'ok',
    what: expect.stringMatching(/^command:true.* run r1 goes on$/),
  });
  expect(find('price')).toMatchObject({ state: 'ok', what: expect.stringContaining('at most $5.00 a run') });
  expect(code).toBe(0);
});

test('each role with a brain of its own is looked at; what only init needs stops no run', async () => {
  const roles = {
    initializer: { brain: 'anthropic' },
    coder: { brain: 'command:true', fallback: { brain: 'command:no-such-program' } },
    evaluator: { model: 'claude-opus-5' },
  };
  await repo.write({ 'feature-list.json': list, 'agentloop.config.json': JSON.stringify({ roles, judge }) });
  const { code, find } = await diagnose();
  expect(find('brain')).toMatchObject({ state: 'ok' });
  expect(find('coder.fallback')).toMatchObject({ state: 'warn' });
  expect(find('initializer')).toMatchObject({
    state: 'warn',
    help: expect.stringContaining('agentloop brains'),
  });
  expect(find('evaluator')).toMatchObject({ state: 'fail' });
  expect(code).toBe(3);
  const { code: withKey, find: found } = await diagnose({ ANTHROPIC_API_KEY: 'k' });
  expect(found('evaluator')).toMatchObject({ state: 'ok' });
  expect(withKey).toBe(0);
});

test('--brain looks at that one in place of the configured one', async () => {
  await repo.write({ 'feature-list.json': list, 'agentloop.config.json': JSON.stringify({ judge }) });
  const io = fakeIo({ cwd: repo.dir, env: machine });
  expect(await doctor(io, { json: true, quick: true, brain: 'command:true' })).toBe(0);
  const { findings } = Diagnosis.parse(JSON.parse(io.out()));
  expect(findings.find(({ name }) => name === 'brain')?.what).toMatch(/^command:true/);
  expect(findings.find(({ name }) => name === 'price')?.state).toBe('ok');
});

test('--fix mends what is safe and says what it did; a second time there is nothing to mend', async () => {
  const cache = join(process.env['XDG_CACHE_HOME'] as string, 'agentloop');
  await repo.write({ 'init.sh': '#!/bin/sh\n' });
  await chmod(join(repo.dir, 'init.sh'), 0o644);
  await deadLock(repo.stateDir, 'r1');
  const key = (await readdir(cache).catch(() => [])).find((name) => name.startsWith(basename(repo.dir)));
  const own = key ?? (await openRepository(repo.dir)).cacheDir.slice(cache.length + 1);
  await mkdir(join(cache, own, 'judge'), { recursive: true });
  await mkdir(join(cache, own, 'prepared', 'k.draft-4194399-x'), { recursive: true });
  await writeFile(join(cache, own, 'judge', 'torn.json'), '{"tree":');
  const mend = async () => {
    const io = fakeIo({ cwd: repo.dir, env: machine });
    await doctor(io, { json: true, quick: true, fix: true });
    return Diagnosis.parse(JSON.parse(io.out())).fixed;
  };
  expect(await mend()).toEqual([
    expect.stringMatching(/^removed the lock .*\/lock of a process that is gone$/),
    expect.stringMatching(/^removed .*k\.draft-4194399-x/),
    expect.stringMatching(/^made init\.sh executable/),
    expect.stringMatching(/^removed .*torn\.json/),
  ]);
  expect((await stat(join(repo.dir, 'init.sh'))).mode & 0o111).not.toBe(0);
  expect(await mend()).toEqual([]);
});

test('--ci counts the gates and --orphans ends nothing of a living run', async () => {
  const config = { roles: { coder: { brain: 'command:true' } }, fence: { mode: 'none' } };
  await repo.write({ 'feature-list.json': list, 'agentloop.config.json': JSON.stringify(config) });
  const release = await repo.lock('r1');
  const io = fakeIo({ cwd: repo.dir, env: { ...machine, CI: 'true' } });
  expect(await doctor(io, { quick: true, ci: true })).toBe(0);
  expect(io.out()).toMatch(/Where nobody looks\n(. .*\n)+/);
  expect(io.out().trimEnd()).toMatch(/A run that nobody looks at can start here\.$/);
  const orphans = fakeIo({ cwd: repo.dir, env: machine });
  expect(await doctor(orphans, { orphans: true })).toBe(0);
  expect(orphans.out()).toBe('Nothing is left over here.\n');
  await release();
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
