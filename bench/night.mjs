import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, inFolder, repository } from './measure.mjs';

/** Memory of the harness over a night of many sessions: the largest resident set the kernel saw. */
export async function night() {
  await inFolder(async (folder) => {
    const repo = repository(join(folder, 'repo'), { files: 1000, features: 100 });
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    const child = spawn(
      process.execPath,
      [bin, 'run', '--brain', 'command:mkdir -p out; touch out/$AGENTLOOP_FEATURE', '--output', 'quiet'],
      {
        cwd: repo,
        env,
        stdio: 'ignore',
      },
    );
    let peak = 0;
    const look = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      } catch {
        // Not on Linux, or it has just ended.
      }
    }, 100);
    const start = performance.now();
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearInterval(look);
    const seconds = (performance.now() - start) / 1000;
    const bare = spawnSync(process.execPath, ['-e', 'console.log(process.resourceUsage().maxRSS)'], {
      encoding: 'utf8',
    });
    console.log('a night of 100 sessions on 1,000 files');
    console.log(
      `  exit ${code}, ${seconds.toFixed(1)} s, ${(seconds * 10).toFixed(0)} ms a session with judge`,
    );
    const mb = (kb) => `${(kb / 1024).toFixed(0)} MB`;
    console.log(
      `  memory at its highest ${mb(peak)} (node alone ${mb(Number(bare.stdout))}); target under 80 MB`,
    );
  });
}
