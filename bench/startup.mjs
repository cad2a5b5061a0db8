import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bin, inFolder, inTurn, repository, row, timed } from './measure.mjs';

/** How long it takes until the program answers, beside `node -e 0`. */
export async function startup() {
  await inFolder(async (folder) => {
    const repo = repository(join(folder, 'repo'), { files: 100, features: 3 });
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    const node = process.execPath;
    spawnSync(node, [bin, 'run', '--brain', 'command:mkdir -p out; touch out/$AGENTLOOP_FEATURE'], {
      cwd: repo,
      env,
    });
    const run =
      (...args) =>
      () =>
        timed(node, [bin, ...args], { cwd: repo, env, expect: 0 });
    const medians = inTurn(15, {
      'node -e 0': () => timed(node, ['-e', '0'], { cwd: repo, env }),
      'agentloop --version': run('--version'),
      'agentloop --help': run('--help'),
      'agentloop status': run('status'),
      'agentloop report': run('report'),
    });
    console.log('start-up                                             ms    ratio');
    for (const [name, ms] of Object.entries(medians)) row(name, ms, medians['node -e 0'], targets[name]);
  });
}

const targets = { 'agentloop --version': 'target 1.2x', 'agentloop status': 'target 1.6x' };
