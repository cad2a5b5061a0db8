import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { agentloop } from './cli.ts';
import { smallRepo } from './small-repo.ts';

/** A PATH with just these programs of ours. */
async function pathOf(folder: string, ...names: string[]): Promise<string> {
  await mkdir(folder);
  for (const name of names) {
    const from = (process.env['PATH'] ?? '').split(delimiter).find((one) => existsSync(join(one, name)));
    if (from !== undefined) await symlink(join(from, name), join(folder, name));
  }
  return folder;
}

it('a run in CI without a fence does not start and writes nothing, unless that is meant', async () => {
  await using repo = await smallRepo({ red: false, features: [] });
  const PATH = await pathOf(join(repo.dir, '.git', 'bin'), 'node', 'git', 'sh', 'bash');
  const run = (...more: string[]) =>
    agentloop(repo.dir, ['run', '--brain', 'command:true', ...more], { PATH, CI: 'true' });
  const refused = await run();
  expect([refused.code, refused.err]).toEqual([
    3,
    expect.stringMatching(/a gate is red[\s\S]*reach: fence none[\s\S]*--skip-gate reach/),
  ]);
  expect(existsSync(join(repo.dir, '.git', 'agentloop'))).toBe(false);
  const diagnosed = await agentloop(repo.dir, ['doctor', '--ci', '--quick'], { PATH, CI: 'true' });
  expect([diagnosed.code, diagnosed.out]).toEqual([3, expect.stringMatching(/cannot start here:.*reach/)]);
  const meant = await run('--skip-gate', 'reach');
  expect(meant.err).toMatch(/gate reach: .*\(skipped\)/s);
  expect(meant.err).not.toMatch(/a gate is red/);
});
