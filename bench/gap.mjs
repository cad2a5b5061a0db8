import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, git, inFolder, lines, median, repository, row, runFolder, timed } from './measure.mjs';

const sessions = 20;
const brain = 'mkdir -p out; touch out/$AGENTLOOP_FEATURE';

/**
 * The time from a brain's end to the next brain's start, commands of judge and init.sh excluded, beside the bare git
 * operations that are needed between two sessions and beside a plain loop that resets, works and commits.
 */
export async function gap() {
  console.log(`gap between two brains, ${sessions} sessions of an instant brain       ms    ratio`);
  for (const files of [100, 10_000]) {
    await inFolder(async (folder) => {
      const floor = floorOf(repository(join(folder, 'floor'), { files, features: 1 }), join(folder, 'trees'));
      row(`${files} files: floor, the git operations needed`, floor.total, floor.total, floor.parts);
      row(
        `${files} files: while loop, reset + brain + commit`,
        whileLoop(repository(join(folder, 'while'), { files, features: 1 })),
        floor.total,
      );
      for (const fence of ['none', 'bubblewrap']) {
        const gaps = measured(repository(join(folder, fence), { files, features: sessions }), folder, fence);
        if (gaps === undefined) console.log(`  fence ${fence}: not to be had here`);
        else
          row(
            `${files} files: agentloop, fence ${fence}`,
            gaps.gap,
            floor.total,
            `target 2x; start to first brain ${gaps.first.toFixed(0)} ms`,
          );
      }
    });
  }
}

/** Ends and starts of brains come from the transcripts, what the judge's commands took from the evidence. */
function measured(repo, folder, fence) {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, `cache-${fence}`) };
  const run = (args, options = {}) =>
    spawnSync(process.execPath, [bin, 'run', '--brain', `command:${brain}`, '--fence', fence, ...args], {
      cwd: repo,
      env,
      ...options,
    });
  // Warm: the vault has the base, the checkouts are filled.
  if (run(['--max-sessions', '1', '--name', 'a-warm']).status > 11) return undefined;
  const began = Date.now();
  run(['--new', '--name', 'b-timed']);
  const dir = join(runFolder(repo), '..', 'b-timed');
  const events = lines(join(dir, 'events.jsonl'));
  const at = (event) => Date.parse(event.ts);
  const of = (type, session) => events.find((event) => event.type === type && event.session === session);
  const started = (n) =>
    at(lines(join(dir, 'sessions', `${n}.jsonl`)).find((entry) => /command/.test(entry.type)));
  const gaps = [];
  for (let n = 1; n < sessions; n += 1) {
    const commands = commandTime(
      JSON.parse(readFileSync(join(dir, 'evidence', `F${n}-${n}-1.json`), 'utf8')),
    );
    gaps.push(started(n + 1) - at(of('brain.finished', n)) - commands);
  }
  return { gap: median(gaps), first: started(1) - began };
}

function commandTime(evidence) {
  let ms = 0;
  JSON.stringify(evidence, (key, value) => {
    if (key === 'ms' && typeof value === 'number') ms += value;
    return value;
  });
  return ms;
}

/** What has to be done between two brains, by git itself, one by one, on kept folders. */
function floorOf(repo, trees) {
  const head = git(repo, 'rev-parse', 'HEAD');
  git(repo, 'worktree', 'add', '-q', '--detach', join(trees, 'work'), head);
  git(repo, 'worktree', 'add', '-q', '--detach', join(trees, 'judge'), head);
  git(repo, 'clone', '-q', '--bare', repo, join(trees, 'shelf'));
  const times = {};
  const take = (name, ...runs) => {
    times[name] ??= [];
    times[name].push(runs.reduce((sum, [cwd, ...args]) => sum + timed('git', args, { cwd }), 0));
  };
  const work = join(trees, 'work');
  const judge = join(trees, 'judge');
  for (let n = 0; n < sessions; n += 1) {
    spawnSync('sh', ['-c', `mkdir -p out; touch out/F${n}`], { cwd: work });
    take('snapshot (add -A, write-tree)', [work, 'add', '-A'], [work, 'write-tree']);
    take('commit', [work, 'commit', '-q', '-m', `F${n}`]);
    const tip = git(work, 'rev-parse', 'HEAD');
    const before = git(work, 'rev-parse', 'HEAD~1');
    // The judge sees three trees a feature: the base (red), the candidate, and the base again for the next one.
    take(
      'judge checkouts (2x reset, clean)',
      [judge, 'reset', '-q', '--hard', before],
      [judge, 'clean', '-ffdxq'],
      [judge, 'reset', '-q', '--hard', tip],
      [judge, 'clean', '-ffdxq'],
    );
    take('run branch (update-ref)', [repo, 'update-ref', 'refs/heads/run', tip]);
    take(
      'shelf and publication (2x fetch)',
      [join(trees, 'shelf'), 'fetch', '-q', repo, '+refs/heads/run:refs/heads/run'],
      [join(trees, 'shelf'), 'fetch', '-q', repo, '+refs/heads/run:refs/heads/published'],
    );
    take('workspace (reset, clean)', [work, 'reset', '-q', '--hard', tip], [work, 'clean', '-ffdxq']);
  }
  const medians = Object.entries(times).map(([name, values]) => [name, median(values)]);
  const total = medians.reduce((sum, [, ms]) => sum + ms, 0);
  return { total, parts: medians.map(([name, ms]) => `${name} ${ms.toFixed(0)}`).join(' + ') };
}

/** `while :; do git reset; brain; git commit; done`: no isolation, no judge, no record. */
function whileLoop(repo) {
  const times = [];
  for (let n = 0; n < sessions; n += 1) {
    const start = performance.now();
    spawnSync('git', ['reset', '-q', '--hard'], { cwd: repo });
    spawnSync('git', ['clean', '-fdq'], { cwd: repo });
    times.push(performance.now() - start);
    spawnSync('sh', ['-c', `mkdir -p out; touch out/F${n}`], { cwd: repo });
    const commit = performance.now();
    spawnSync('git', ['add', '-A'], { cwd: repo });
    spawnSync('git', ['commit', '-q', '-m', `F${n}`], { cwd: repo });
    times[n] += performance.now() - commit;
  }
  return median(times);
}
