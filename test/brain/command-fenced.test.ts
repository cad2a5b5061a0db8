import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandBrain } from '../../src/brain/command.ts';
import { assignmentIn, eventsOf } from './assignment.ts';
import { realRoom } from './real-room.ts';

const room = await realRoom('bubblewrap');
let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fenced-')));
});
afterAll(async () => {
  await room?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.skipIf(room === undefined)('a command brain behind the fence', () => {
  test('finds its own program and its login, and sees nothing else of repository and home', async () => {
    if (room === undefined) return;
    const { top, home } = room;
    await mkdir(join(home, '.my-agent'));
    await writeFile(join(home, '.my-agent/key'), 'k-1\n');
    await writeFile(join(home, 'other'), 'private\n');
    await writeFile(join(top, 'secret'), 'private\n');
    const look = `cat "$HOME/.my-agent/key" > key; cat ${home}/other ${top}/secret > seen; echo x >> ${home}/.my-agent/key; exit 0`;
    await writeFile(join(top, 'my agent.sh'), `#!/bin/sh\n${look}\n`, { mode: 0o755 });
    const brain = commandBrain("'./my agent.sh'", {
      cwdOfCaller: top,
      home,
      passEnv: {},
      passHome: ['.my-agent'],
      forbidden: [top, home],
      now: Date.now,
    });
    await using workspace = await room.open(brain.needs?.readOnly ?? [], folder);
    const events = await eventsOf(brain, await assignmentIn(workspace, folder));
    expect(events.at(-1)).toEqual({ type: 'finished', claim: 'done', handoff: {} });
    expect(await readFile(join(workspace.path, 'key'), 'utf8')).toBe('k-1\n');
    expect(await readFile(join(workspace.path, 'seen'), 'utf8')).toBe('');
    expect(await readFile(join(home, '.my-agent/key'), 'utf8')).toBe('k-1\n');
  });
});
