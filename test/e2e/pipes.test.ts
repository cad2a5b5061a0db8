import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { nightFeatures, wholeNight } from '../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

const exec = promisify(execFile);
const bin = join(import.meta.dirname, '../../bin/agentloop.cjs');

/** A repository with a run whose ledger is longer than a pipe holds. */
async function longRun(): Promise<RepoWithRuns> {
  const repo = await repoWithRuns();
  const story = wholeNight();
  for (let n = 0; n < 100; n += 1)
    story.tell({ type: 'note.added', words: 'x'.repeat(2000), by: 'ada@desk' }, 0);
  await repo.addRun(story, nightFeatures);
  return repo;
}

/** What a line of shell printed; `$AGENTLOOP` is our program. */
async function shell(repo: RepoWithRuns, line: string): Promise<{ out: string; err: string }> {
  const env = { ...process.env, AGENTLOOP: `"${process.execPath}" "${bin}"` };
  const { stdout, stderr } = await exec('bash', ['-c', line.replaceAll('agentloop', `eval "$AGENTLOOP"`)], {
    cwd: repo.dir,
    env,
  });
  return { out: stdout, err: stderr };
}

test('a reader that has seen enough is no error: silent, exit 0', async () => {
  await using repo = await longRun();
  for (const command of ['events', 'events --follow']) {
    const { out, err } = await shell(repo, `agentloop ${command} | head -n 1; echo "\${PIPESTATUS[0]}"`);
    const [first = '', code] = out.trim().split('\n');
    expect(JSON.parse(first)).toMatchObject({ seq: 1, type: 'run.started' });
    expect([code, err]).toEqual(['0', '']);
  }
});

test.runIf(existsSync('/dev/full'))('output that is lost is told, and the exit code says so', async () => {
  await using repo = await longRun();
  const { out, err } = await shell(repo, 'agentloop report > /dev/full; echo "$?"');
  expect(out).toBe('1\n');
  expect(err).toMatch(/^agentloop: stdout cannot be written: .*ENOSPC/);
});

test('what cannot be said on stderr changes nothing', async () => {
  await using repo = await longRun();
  const { out } = await shell(
    repo,
    'agentloop statsu 2>&-; echo "$?"; agentloop status > /dev/null; echo "$?"',
  );
  expect(out).toBe('2\n0\n');
});
