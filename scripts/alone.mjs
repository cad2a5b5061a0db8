// Runs a script once more in a network in which there is nothing but itself: nobody can be told anything.
import { spawnSync } from 'node:child_process';

const mark = 'AGENTLOOP_ALONE';
const alone = ['--dev-bind', '/', '/', '--unshare-net', '--die-with-parent', '--'];

/**
 * The exit code of this very script, run again where only the loopback is; undefined: this is that run already, or there
 * is no bubblewrap, and what follows sees the network. `words` are those behind `node`.
 */
export function againAlone(more, words = process.argv.slice(1)) {
  if (process.env[mark] !== undefined) return undefined;
  if (spawnSync('bwrap', [...alone, 'true']).status !== 0) {
    console.log(
      'without bubblewrap the CLIs see the network; their keys are dummies and their servers are ours',
    );
    return undefined;
  }
  const env = { ...process.env, ...more, [mark]: 'yes' };
  return spawnSync('bwrap', [...alone, process.execPath, ...words], { env, stdio: 'inherit' }).status;
}
