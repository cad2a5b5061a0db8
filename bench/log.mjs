import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bin, inFolder, inTurn, lines, repository, row, runFolder, timed } from './measure.mjs';

/** How long it takes to see where a long run stands, and to go on with it, beside a raw read of its ledger. */
export async function log() {
  for (const [events, sessions, rounds] of [
    [10_000, 100, 7],
    [1_000_000, 1000, 3],
  ])
    await inFolder((folder) => long(folder, { events, sessions, rounds }));
}

async function long(folder, { events, sessions, rounds }) {
  const repo = repository(join(folder, 'repo'), { files: 100, features: 3 });
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  const node = process.execPath;
  const options = { cwd: repo, env };
  const brain = 'command:mkdir -p out; touch out/$AGENTLOOP_FEATURE';
  spawnSync(node, [bin, 'run', '--brain', brain, '--max-sessions', '1'], options);
  const ledger = join(runFolder(repo), 'events.jsonl');
  const saved = join(runFolder(repo), 'state.json');
  stretch(ledger, { events, sessions });
  rmSync(saved, { force: true });
  const size = statSync(ledger).size;
  const read = `const f=require('fs').openSync(${JSON.stringify(ledger)});const b=Buffer.alloc(1<<20);while(require('fs').readSync(f,b)>0);`;
  const status = () => timed(node, [bin, 'status'], { ...options, expect: 0 });
  // It has had its one session: it opens everything, decides, and stops.
  const resume = () => timed(node, [bin, 'run', '--output', 'quiet'], { ...options, expect: 10 });
  const firstStatus = status();
  const firstResume = resume();
  const medians = inTurn(rounds, {
    'node -e 0': () => timed(node, ['-e', '0'], options),
    'a raw read of the ledger': () => timed(node, ['-e', read], options),
    status,
    'resume, to a stop at once': resume,
  });
  console.log(
    `a run of ${events} events in ${sessions} sessions, ${(size / 1e6).toFixed(0)} MB; state.json ${(statSync(saved).size / 1e6).toFixed(1)} MB`,
  );
  for (const [name, ms] of Object.entries(medians)) row(name, ms, medians['node -e 0']);
  row('status without what was saved', firstStatus, medians['node -e 0']);
  row('resume without what was saved', firstResume, medians['node -e 0']);
}

/** Adds sessions to a ledger, most of whose events tell what a call has cost, until it has so many events. */
function stretch(ledger, { events, sessions }) {
  const before = lines(ledger);
  const { run } = before[0];
  const started = before.find(({ type }) => type === 'session.started');
  let last = readFileSync(ledger, 'utf8').trimEnd().split('\n').at(-1);
  let seq = before.length;
  let text = '';
  const tell = (type, payload) => {
    seq += 1;
    const prev = createHash('sha256').update(last).digest('hex');
    last = JSON.stringify({ ...payload, v: 1, seq, ts: new Date().toISOString(), run, type, prev });
    text += `${last}\n`;
    if (text.length > 1e6) {
      appendFileSync(ledger, text);
      text = '';
    }
  };
  const usage = { inputTokens: 812, outputTokens: 301, cacheReadTokens: 40_000, cacheWriteTokens: 900 };
  const calls = Math.floor((events - seq) / sessions) - 2;
  for (let session = 2; session <= sessions + 1; session += 1) {
    const { brain, base, brief } = started;
    tell('session.started', { session, feature: 'F2', role: 'coder', brain, base, brief });
    for (let call = 0; call < calls; call += 1)
      tell('cost.updated', { session, feature: 'F2', usage, usd: 0.001, model: 'claude-sonnet-5' });
    tell('session.ended', { session, feature: 'F2', outcome: 'interrupted', ms: 1000, counts: false });
  }
  appendFileSync(ledger, text);
}
