import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const bin = join(dirname(fileURLToPath(import.meta.url)), '..', 'bin', 'agentloop.cjs');

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Wall time of a process, ms. */
export function timed(file, args, options = {}) {
  const start = performance.now();
  const { status } = spawnSync(file, args, { stdio: 'ignore', ...options });
  const ms = performance.now() - start;
  if (options.expect !== undefined && status !== options.expect)
    throw new Error(`${file} ${args.join(' ')} ended with ${status}`);
  return ms;
}

/** Several commands in turn (A B C A B C …), so that a drifting machine drifts for all of them. Medians by name. */
export function inTurn(rounds, commands) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, run] of Object.entries(commands)) {
      const ms = run();
      // The first round warms the caches of the disk.
      if (round > 0) times[name].push(ms);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

export function row(name, ms, base, note = '') {
  const ratio = base === undefined ? '' : `${(ms / base).toFixed(2)}x`;
  console.log(`  ${name.padEnd(46)}${ms.toFixed(1).padStart(9)}  ${ratio.padStart(7)}  ${note}`.trimEnd());
}

export function git(cwd, ...args) {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** A folder that is gone afterwards. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'agentloop-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A repository with so many files of 1 kB and a plan of `features` whose proof is a file that appears. */
export function repository(dir, { files, features }) {
  mkdirSync(dir, { recursive: true });
  git(dir, 'init', '-q', '-b', 'main');
  git(dir, 'config', 'user.name', 'Bench');
  git(dir, 'config', 'user.email', 'bench@localhost');
  for (let n = 0; n < files; n += 1) {
    const folder = join(dir, `d${n % 100}`);
    if (n < 100) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `f${n}.txt`), `${n}\n`.repeat(200));
  }
  const list = Array.from({ length: features }, (_, n) => ({
    id: `F${n + 1}`,
    title: `Feature ${n + 1}`,
    proof: 'command',
    verify: `test -f out/F${n + 1}`,
    passes: false,
  }));
  writeFileSync(
    join(dir, 'feature-list.json'),
    `${JSON.stringify({ version: 1, spec: '', features: list }, null, 2)}\n`,
  );
  const checks = [{ name: 'check', command: 'true', report: 'none' }];
  writeFileSync(join(dir, 'agentloop.config.json'), `${JSON.stringify({ judge: { checks } })}\n`);
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'first');
  return dir;
}

/** The lines of a JSONL file. */
export function lines(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

export function runFolder(repo) {
  const runs = join(repo, '.git', 'agentloop', 'runs');
  return join(runs, readdirSync(runs)[0]);
}
