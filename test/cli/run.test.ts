import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import { type FakeIo, fakeIo } from '../helpers/fake-io.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

const files = {
  'feature-list.json': JSON.stringify({
    version: 1,
    spec: 'greet',
    features: [
      {
        id: 'F001',
        title: 'Greet the world',
        proof: 'command',
        verify: 'grep -q world greeting',
        passes: false,
      },
    ],
  }),
  'agentloop.config.json': JSON.stringify({
    judge: { checks: [{ name: 'there', command: 'test -f greeting' }] },
    limits: { refusalsPerSession: 0 },
  }),
  'init.sh': { script: '#!/bin/sh\n' },
  greeting: 'hello\n',
};

let repo: TempRepo;
let cache: string;
beforeEach(async () => {
  repo = await tempRepo(files);
  cache = await realpath(await mkdtemp(join(tmpdir(), 'run-cache-')));
});
afterEach(async () => {
  await repo.remove();
  await rm(cache, { recursive: true, force: true });
});

async function run(brain: string, ...more: readonly string[]): Promise<FakeIo & { code: number }> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], XDG_CACHE_HOME: cache };
  const argv = [
    'run',
    '--brain',
    `command:${brain}`,
    '--fence',
    'none',
    '--name',
    'night',
    '--max-sessions',
    '1',
    ...more,
  ];
  const io = fakeIo({ argv, cwd: repo.dir, env });
  return Object.assign(io, { code: await program(io, '1.2.3') });
}

async function stateFile(name: string): Promise<string> {
  return await readFile(join(repo.dir, '.git/agentloop/runs/night', name), 'utf8');
}

test('a lie: exit 11, result.json says so, and --fail-on makes of it what CI wants', async () => {
  const lie = await run('true', '--output', 'quiet');
  expect([lie.code, lie.out()]).toEqual([11, '']);
  expect(lie.err().trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(await stateFile('result.json'))).toMatchObject({
    reason: 'max-sessions',
    exitCode: 11,
    refused: 1,
    features: { pass: 0 },
  });
  for (const [failOn, code] of [
    ['left-nothing', 1],
    ['needs-human', 0],
  ] as const) {
    const again = await run('true', '--fail-on', failOn, '--output', 'quiet');
    expect(again.code).toBe(code);
    expect(JSON.parse(await stateFile('result.json'))).toMatchObject({ exitCode: 11 });
  }
});

test('work that is done: exit 0, and ndjson prints exactly the lines of the ledger', async () => {
  const done = await run('echo hello world > greeting', '--output', 'ndjson');
  expect(done.code).toBe(0);
  expect(done.out()).toBe(await stateFile('events.jsonl'));
  expect(JSON.parse(await stateFile('result.json'))).toMatchObject({
    reason: 'complete',
    exitCode: 0,
    branch: 'agentloop/night',
    features: { total: 1, pass: 1, landed: 1 },
    landings: [{ feature: 'F001', title: 'Greet the world', proof: { kind: 'command' } }],
  });
});

test('plain lines tell the story, loudly without a fence', async () => {
  const done = await run('echo hello world > greeting', '--output', 'plain');
  expect(done.out()).toBe('');
  const story = done
    .err()
    .replace(/^\d\d:\d\d {2}/gm, '')
    .replace(/\b\d+ (s|min)\b/g, 'TIME')
    .replace(/\b[0-9a-f]{7}\b/g, 'SHA');
  expect(story).toContain('▷ F001 Greet the world (session 1)');
  expect(story).toContain('✓ F001 accepted in TIME: its command turned green');
  expect(story).toContain('✓ F001 landed SHA');
  expect(story.replace(/\s+/g, ' ')).toContain(
    'fence: none. What a brain runs can reach all that you can. Why: the fence is switched off (fence.mode is none)',
  );
  expect(story.trimEnd().split('\n').at(-1)).toMatch(/finished, 1 of 1 feature pass/);
});
