import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { agentNamed, inspectAgent } from '../../src/cli/inspect-agent.ts';
import { openSetting } from '../../src/loop/setting.ts';
import { fenced } from '../e2e/fenced.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

let home: string;
let repo: TempRepo;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'agent-home-')));
  repo = await tempRepo({ 'README.md': 'hello\n' });
});
afterEach(async () => {
  await repo.remove();
  await rm(home, { recursive: true, force: true });
});

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, file)), { recursive: true });
  await writeFile(join(home, file), text);
  await chmod(join(home, file), 0o755);
}

async function look(env: Record<string, string> = {}, isFenced = false) {
  // The system's folders for bwrap, behind ours.
  const { PATH = '', XDG_CACHE_HOME = '' } = process.env;
  const own = join(home, '.local/bin');
  const io = fakeIo({
    cwd: repo.dir,
    env: { PATH: isFenced ? `${own}:${PATH}` : own, HOME: home, XDG_CACHE_HOME, ...env },
  });
  const input = { cwd: repo.dir, env: io.env, flags: {}, version: '', now: io.now, say: () => undefined };
  return await inspectAgent(io, 'codex', isFenced ? await openSetting(input) : undefined);
}

test('only the names of agent CLIs are theirs', () => {
  expect([agentNamed('codex'), agentNamed('anthropic'), agentNamed('command:codex')]).toEqual([
    'codex',
    undefined,
    undefined,
  ]);
});

test('a program that is not there fails with the command that installs it', async () => {
  expect(await look()).toEqual({
    state: 'fail',
    what: 'codex, but there is no program codex on PATH',
    help: 'npm install -g @openai/codex\nor choose another brain: agentloop brains',
  });
});

test('one that is there and does not run fails in its own words', async () => {
  await put('.local/bin/codex', '#!/bin/sh\necho "native binary not installed" >&2\nexit 1\n');
  expect(await look()).toMatchObject({
    state: 'fail',
    what: expect.stringMatching(/does not run: exit code 1: native binary not installed$/),
  });
});

test('one without key or login is worth a word, with how to get one; with one it is fine', async () => {
  await put('.local/bin/codex', '#!/bin/sh\necho codex-cli 0.169.0\n');
  expect(await look()).toEqual({
    state: 'warn',
    what: 'codex 0.169.0, but neither a key nor a login of it was found',
    help: 'codex login\nor export one of: CODEX_API_KEY, OPENAI_API_KEY',
  });
  expect(await look({ OPENAI_API_KEY: 'k-secret' })).toEqual({
    state: 'ok',
    what: 'codex 0.169.0, OPENAI_API_KEY is set',
  });
  await put('.codex/auth.json', '{}');
  expect((await look()).what).toBe('codex 0.169.0, logged in by ~/.codex/auth.json');
});

test('another version than the one that was tried is told', async () => {
  await put('.local/bin/codex', '#!/bin/sh\necho codex-cli 0.200.1\n');
  expect((await look({ OPENAI_API_KEY: 'k' })).what).toBe(
    'codex 0.200.1 (tried with 0.169.0), OPENAI_API_KEY is set',
  );
});

fenced(
  'behind the fence it is tried as a brain would find it: with its package, without the rest of HOME',
  async () => {
    const folder = 'elsewhere/node_modules/@openai/codex';
    const run = `#!/bin/sh\necho 9.9.9 >&2\ncat "${home}/${folder}/../version" || exit 5\n`;
    await put(`${folder}/run`, run);
    await put(`${folder}/../version`, '0.169.0\n');
    await mkdir(join(home, '.local/bin'), { recursive: true });
    await symlink(join(home, folder, 'run'), join(home, '.local/bin/codex'));
    const runs = await look({ OPENAI_API_KEY: 'k' }, true);
    expect(runs).toEqual({
      state: 'ok',
      what: 'codex 0.169.0, OPENAI_API_KEY is set, runs behind the fence',
    });

    await rm(join(home, '.local/bin/codex'));
    await put('private/version', '0.169.0\n');
    await put('.local/bin/codex', `#!/bin/sh\nexec cat "${home}/private/version"\n`);
    expect(await look({ OPENAI_API_KEY: 'k' }, true)).toMatchObject({
      state: 'fail',
      what: expect.stringMatching(
        /^codex 0\.169\.0, but behind the fence .*does not run: exit code 1: cat: /,
      ),
      help: expect.stringContaining('fence.readOnly'),
    });
  },
);
