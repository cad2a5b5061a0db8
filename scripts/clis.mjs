// Drives the real agent CLIs, in pinned versions, through the built program, against scripted servers of their models.
//   npm run test:clis                   all of them; installs them once (1.5 GB), or AGENTLOOP_CLIS=<folder with node_modules>
//   npm run test:clis -- codex kill     those brains and cases
//   npm run test:clis -- --write        the same, and writes what was found into docs/brains.md
import { spawnSync } from 'node:child_process';
import { fromSource } from './from-source.mjs';

const again = 'AGENTLOOP_CLIS_OFFLINE';
const words = process.argv.slice(2);
process.exitCode = await fromSource('test/clis/main.ts', async ({ installed, provedByRuns }) => {
  const here = installed(process.env, console.log);
  if (process.env[again] === undefined) {
    // A network in which there is nothing but ourselves: nobody can be told anything.
    const alone = ['--dev-bind', '/', '/', '--unshare-net', '--die-with-parent', '--'];
    if (spawnSync('bwrap', [...alone, 'true']).status === 0) {
      const env = { ...process.env, [again]: 'yes', AGENTLOOP_CLIS: here.folder };
      return spawnSync('bwrap', [...alone, process.execPath, ...process.argv.slice(1)], {
        env,
        stdio: 'inherit',
      }).status;
    }
    console.log(
      'without bubblewrap the CLIs see the network; their keys are dummies and their servers are ours',
    );
  }
  return await provedByRuns(words, here, console.log);
});
