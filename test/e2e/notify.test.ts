import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentloop } from './cli.ts';
import { honest, smallRepo } from './small-repo.ts';

it('a run tells of its end over a channel of the configuration; one that fails costs a line and nothing else', async () => {
  const told = join(tmpdir(), `agentloop-told-${process.pid}.json`);
  await using repo = await smallRepo({
    red: true,
    config: {
      notify: {
        channels: [
          { kind: 'command', command: `cat > '${told}'`, on: ['end'] },
          { kind: 'slack', urlEnv: 'NOT_SET', on: ['end'] },
        ],
      },
    },
  });
  try {
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', `command:${honest}`]);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toMatch(/Nobody was told over slack \(NOT_SET\): NOT_SET is not set/);
    expect(JSON.parse(await readFile(told, 'utf8'))).toMatchObject({
      on: 'end',
      run: 'night',
      features: { total: 1, pass: 1 },
      state: 'finished, waiting for you',
    });
  } finally {
    await rm(told, { force: true });
  }
});
