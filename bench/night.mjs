import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bin, inFolder, lines, median, repository, runFolder } from './measure.mjs';

const sessions = 1000;
const liveHeap = fileURLToPath(new URL('live-heap.cjs', import.meta.url));

/** Memory of the harness over many sessions: what it holds after a tenth of them and at the end, and its highest. */
export async function night() {
  await inFolder(async (folder) => {
    const repo = repository(join(folder, 'repo'), { files: 1000, features: sessions });
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
    const live = join(folder, 'live-heap');
    env.BENCH_LIVE_HEAP = live;
    const child = spawn(
      process.execPath,
      [
        '--expose-gc',
        '--require',
        liveHeap,
        bin,
        'run',
        '--brain',
        'command:mkdir -p out; touch out/$AGENTLOOP_FEATURE',
        '--output',
        'quiet',
      ],
      { cwd: repo, env, stdio: 'ignore' },
    );
    const seen = [];
    const tell = [sessions / 10, sessions];
    const look = setInterval(() => {
      try {
        // The session has begun: all before it have ended.
        if (tell.length > 0 && existsSync(join(runFolder(repo), 'sessions', `${tell[0]}.jsonl`))) {
          tell.shift();
          child.kill('SIGUSR2');
        }
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        const kb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
        seen.push({ at: Date.now(), now: kb('VmRSS'), highest: kb('VmHWM') });
      } catch {
        // Not on Linux, not begun, or it has just ended.
      }
    }, 100);
    const start = performance.now();
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearInterval(look);
    const seconds = (performance.now() - start) / 1000;
    const bare = spawnSync(process.execPath, ['-e', 'console.log(process.resourceUsage().maxRSS)'], {
      encoding: 'utf8',
    });
    const events = lines(join(runFolder(repo), 'events.jsonl'));
    const ends = events
      .filter(({ type, feature }) => type === 'session.ended' && feature !== undefined)
      .map(({ ts }) => Date.parse(ts));
    // The collector lets memory swing: the middle of what was seen in the sessions just before.
    const after = (count) => {
      const [from, to] = [ends[Math.floor(count * 0.9)] ?? 0, ends[count - 1] ?? 0];
      return median(seen.filter(({ at }) => at >= from && at <= to).map(({ now }) => now));
    };
    const mb = (kb) => `${(kb / 1024).toFixed(0)} MB`;
    console.log(`a night of ${ends.length} sessions on 1,000 files`);
    console.log(
      `  exit ${code}, ${seconds.toFixed(0)} s, ${((seconds * 1000) / ends.length).toFixed(0)} ms a session with judge`,
    );
    const [early = 0, late = 0] = existsSync(live) ? readFileSync(live, 'utf8').split('\n').map(Number) : [];
    const perSession = (late - early) / 1024 / (sessions * 0.9);
    console.log(
      `  in use (heap and buffers, garbage collected first) after ${sessions / 10} sessions ${mb(early / 1024)}, ` +
        `after ${ends.length} ${mb(late / 1024)}: ${perSession.toFixed(1)} kB a session; target: next to nothing`,
    );
    console.log(
      `  resident (RSS, garbage included) after ${sessions / 10} sessions ${mb(after(sessions / 10))}, after ${ends.length} ${mb(after(ends.length))}; ` +
        `highest ${mb(seen.at(-1)?.highest ?? 0)} (node alone ${mb(Number(bare.stdout))}); target: 1.1x`,
    );
  });
}
