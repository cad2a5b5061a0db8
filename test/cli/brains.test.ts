import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tried } from '../../src/brain/agents/tried.ts';
import { BrainList } from '../../src/cli/brain-list.ts';
import { brainsPage } from '../../src/cli/brains-page.ts';
import { brains } from '../../src/cli/commands/brains.ts';
import { rolesIn } from '../../src/cli/find-brains.ts';
import { plainPaint } from '../../src/cli/paint.ts';
import { Config } from '../../src/config.ts';
import { agentNames } from '../../src/config-brains.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

let folder: string;
let repo: RepoWithRuns;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'brains-')));
  repo = await repoWithRuns();
});
afterEach(async () => {
  await repo.remove();
  await rm(folder, { recursive: true, force: true });
});

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
  await chmod(join(folder, file), 0o755);
}

/** A program as npm installs it, and one as a vendor's installer does. */
async function install(): Promise<string> {
  await put(
    'lib/node_modules/@openai/codex/package.json',
    '{ "name": "@openai/codex", "version": "0.170.0" }',
  );
  await put('lib/node_modules/@openai/codex/bin/codex', '#!/bin/sh\nexit 1\n');
  await put('own/claude', '#!/bin/sh\necho "2.1.328 (Claude Code)"\n');
  await put('own/qwen', '#!/bin/sh\necho "Qwen Code needs Node 22" >&2\nexit 1\n');
  const bin = join(folder, 'lib/node_modules/@openai/codex/bin');
  // Nothing else: the machine of whoever runs this may have some of them.
  return [bin, join(folder, 'own')].join(':');
}

async function look(env: Record<string, string> = {}, cwd = repo.dir) {
  const io = fakeIo({ cwd, env: { PATH: await install(), HOME: folder, ...env } });
  expect(await brains(io, { json: true }, '1.2.3')).toBe(0);
  const list = BrainList.parse(JSON.parse(io.out()));
  const find = (name: string) => list.brains.find((one) => one.name === name);
  return { list, text: io.out(), find };
}

test('all are listed, installed or not, each with its version and where that came from', async () => {
  const { list, find } = await look();
  expect(list.brains.map(({ name }) => name)).toEqual(['anthropic', ...agentNames]);
  expect(find('anthropic')).toMatchObject({ installed: true, version: '1.2.3', login: null });
  expect(find('codex')).toMatchObject({ installed: true, version: '0.170.0', tried: tried.codex.version });
  expect(find('claude')).toMatchObject({
    installed: true,
    program: join(folder, 'own/claude'),
    version: '2.1.328',
  });
  expect(find('qwen')).toMatchObject({ installed: true, trouble: expect.stringContaining('needs Node 22') });
  expect(find('gemini')).toMatchObject({ installed: false, package: '@google/gemini-cli' });
  expect(find('gemini')).not.toHaveProperty('program');
});

test('a key is told by its name and a login by its file, never by what is in it', async () => {
  await put('.codex/auth.json', '{"token":"t-very-secret"}');
  await put('.gemini/oauth_creds.json', '');
  const { find, text } = await look({ ANTHROPIC_API_KEY: 'sk-very-secret', COPILOT_GITHUB_TOKEN: '' });
  expect(find('anthropic')?.login).toEqual({ by: 'variable', name: 'ANTHROPIC_API_KEY' });
  expect(find('claude')?.login).toEqual({ by: 'variable', name: 'ANTHROPIC_API_KEY' });
  expect(find('codex')?.login).toEqual({ by: 'file', name: '.codex/auth.json' });
  expect(find('gemini')?.login).toBeNull();
  expect(find('copilot')?.login).toBeNull();
  expect(text).not.toContain('very-secret');
});

test('a program that lies in the repository is not one that was installed', async () => {
  await repo.write({ 'bin/gemini': '#!/bin/sh\ntouch started\necho 9.9.9\n' });
  await chmod(join(repo.dir, 'bin/gemini'), 0o755);
  const { find } = await look({ PATH: `${join(repo.dir, 'bin')}:bin` });
  expect(find('gemini')).toMatchObject({ installed: false });
});

describe('roles', () => {
  test('are those of the configuration here; outside of a repository there are none', async () => {
    const config = { roles: { coder: { brain: 'command:./mine' }, evaluator: { brain: 'anthropic' } } };
    await repo.write({ 'agentloop.config.json': JSON.stringify(config) });
    const { list, find } = await look();
    expect(list.roles).toEqual({ initializer: 'anthropic', coder: 'command:./mine', evaluator: 'anthropic' });
    expect(find('anthropic')?.roles).toEqual(['initializer', 'evaluator']);
    expect((await look({}, folder)).list.roles).toEqual({});
  });

  test('one with a model alone has the brain of those who say nothing; none is nobody', () => {
    const coder = { fallback: { brain: 'command:x' } };
    const config = Config.parse({ roles: { coder, examiner: { model: 'm' }, evaluator: { brain: 'none' } } });
    expect(rolesIn(config)).toEqual({
      initializer: 'anthropic',
      coder: 'anthropic',
      'coder.fallback': 'command:x',
      examiner: 'anthropic',
    });
  });
});

describe('for people', () => {
  test('a line for each, then what each can do, then what to do next', async () => {
    await repo.write({ 'agentloop.config.json': '{"roles":{"coder":{"brain":"command:./mine"}}}' });
    const env = { PATH: await install(), HOME: folder, ANTHROPIC_API_KEY: 'k' };
    const io = fakeIo({ cwd: repo.dir, env, columns: 90 });
    await brains(io, {}, '1.2.3');
    const lines = io.out().trimEnd().split('\n');
    const line = (start: string) => lines.find((one) => one.startsWith(start));
    expect(line('✓ claude')).toMatch(/^✓ claude {5}2\.1\.328, tried +ANTHROPIC_API_KEY$/);
    expect(line('! codex')).toMatch(/^! codex {6}0\.170\.0 \(tried with 0\.169\.0\) +none found$/);
    expect(line('· gemini')).toMatch(/^· gemini {5}not installed +none found$/);
    expect(line('✗ qwen')).toContain('does not run: exit code 1: Qwen Code');
    expect(lines).toContain(
      '  claude     yes      money          itself         itself         told            yes',
    );
    expect(lines.slice(-4)).toEqual([
      'The coder here is command:./mine.',
      'To install one: npm install -g @google/gemini-cli',
      'To use one: agentloop run --brain anthropic',
      'To look closer: agentloop doctor --brain anthropic',
    ]);
    expect(io.out()).not.toContain('\u001b');
    for (const one of lines) expect(one.length).toBeLessThanOrEqual(90);
  });

  test('a role whose brain is not here is told with the command that mends it', async () => {
    const { list } = await look();
    const codex = list.brains.map((row) =>
      row.name === 'gemini' ? { ...row, roles: ['coder', 'planner'] } : row,
    );
    const page = brainsPage({ ...list, brains: codex }, plainPaint, 100).join('\n');
    expect(page).toContain(
      '! gemini is missing, for the coder and the planner: npm install -g @google/gemini-cli',
    );
  });

  test('colours where there is a terminal', async () => {
    const io = fakeIo({ cwd: folder, env: { HOME: folder }, tty: true });
    await brains(io, {}, '1');
    expect(io.out()).toContain('\u001b[33m!\u001b[39m \u001b[1manthropic');
  });
});
