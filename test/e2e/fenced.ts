import { spawnSync } from 'node:child_process';
import { it } from 'vitest';

const works =
  spawnSync('bwrap', ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-pid', 'true'])
    .status === 0;
if (!works)
  process.stderr.write('skipped: what only the fence can keep (bubblewrap is missing or not usable here)\n');

/** A test of something that only the fence can keep. */
export const fenced = it.skipIf(!works);
