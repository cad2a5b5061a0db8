import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../src/ledger/event.ts';
import { agentloop, eventsOf, start } from './cli.ts';
import { fenced } from './fenced.ts';
import { sightOf } from './sight.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

const ledger = (dir: string) => join(dir, '.git', 'agentloop', 'runs', 'night', 'events.jsonl');
const run = (dir: string, brain: string, ...more: string[]) =>
  agentloop(dir, ['run', '--name', 'night', '--brain', brain, ...more]);

// docs/invariants.md names these tests: number and words are the same there.
describe('invariants', () => {
  it('1. The ledger only grows, and one process writes it', async () => {
    await using repo = await smallRepo({ red: true });
    await run(repo.dir, 'command:exit 1', '--max-sessions', '1');
    const before = await readFile(ledger(repo.dir));
    const { ino } = await stat(ledger(repo.dir));
    await run(repo.dir, `command:${honest}`);
    const after = await readFile(ledger(repo.dir));
    expect(after.length).toBeGreaterThan(before.length);
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect((await stat(ledger(repo.dir))).ino).toBe(ino);
    const first = start(repo.dir, ['run', '--new', '--name', 'two', '--brain', 'command:sleep 60']);
    await first.shows(/session 1/);
    const second = await agentloop(repo.dir, ['run', '--new', '--name', 'three', '--brain', 'command:true']);
    first.child.kill('SIGTERM');
    await first.done;
    expect(second.code).toBe(3);
    expect(existsSync(join(repo.dir, '.git', 'agentloop', 'runs', 'three'))).toBe(false);
  });

  fenced(
    "2. Nothing a brain runs can write the ledger, the vault, the list that counts, the judge's rules or the user's checkout",
    async () => {
      await using repo = await smallRepo({ red: true });
      const before = await sightOf(repo);
      const state = join(repo.dir, '.git', 'agentloop');
      const cache = join(process.env['XDG_CACHE_HOME'] ?? '', 'agentloop');
      const attack = [
        `echo forged >> ${ledger(repo.dir)}`,
        `echo forged > ${state}/vault.git/refs/heads/forged`,
        `rm -rf ${state}/vault.git ${state}/shelf.git`,
        `echo forged > ${repo.dir}/src/product.js`,
        `rm -rf ${repo.dir}/.git/refs`,
        `find ${cache} -name '*.json' -exec sh -c 'echo forged > {}' ';'`,
        `sed -i 's/"passes": false/"passes": true/' feature-list.json`,
        `printf '{"judge":{"checks":[{"name":"tests","command":"true","report":"none"}]}}' > agentloop.config.json`,
        `printf '{"type":"module","scripts":{"test":"true"}}' > package.json`,
        'true',
      ].join('; ');
      const ran = await run(repo.dir, `command:${attack}`, '--max-sessions', '1');
      expect(ran.code, ran.err).toBe(11);
      expect(await sightOf(repo)).toEqual(before);
      expect(await readFile(ledger(repo.dir), 'utf8')).not.toMatch(/^forged/m);
      expect(existsSync(join(state, 'vault.git', 'refs', 'heads', 'forged'))).toBe(false);
      const list = JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json'));
      expect(list.features[0].passes).toBe(false);
      const ruling = (await eventsOf(repo.dir, 'night')).find(
        (e) => e.type === 'judge.ruled' && e.scope === 'candidate',
      );
      expect(ruling).toMatchObject({
        ruling: 'refused',
        dropped: expect.arrayContaining(['agentloop.config.json', 'feature-list.json']),
      });
      expect((await agentloop(repo.dir, ['status'])).code).toBe(0);
    },
  );

  it('3. Only a verdict makes a feature pass: a claim is not evidence', async () => {
    await using repo = await smallRepo({ red: false });
    const lie = `sed -i 's/"passes": false/"passes": true/' feature-list.json; printf '{"claim":"done","did":"All tests pass, verified."}' > "$AGENTLOOP_OUTCOME"`;
    expect((await run(repo.dir, `command:${lie}`, '--max-sessions', '1')).code).toBe(11);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.filter((e) => e.type === 'work.landed' && e.feature !== undefined)).toEqual([]);
    expect(JSON.parse(await repo.git('show', 'agentloop/night:feature-list.json')).features[0].passes).toBe(
      false,
    );
  });

  it("4. The judge judges what would land, by the base's rules, in a checkout no brain touched", async () => {
    await using repo = await smallRepo({ red: true });
    await repo.commit('ignore built files', { '.gitignore': 'node_modules/\nsrc/built.js\n' });
    // Works in the workspace only: what the source needs is ignored, so it would not land.
    const brain = `printf 'export const built = (a, b) => a + b;\\n' > src/built.js; printf "export { built as sum } from './built.js';\\n" > src/sum.js; node --test`;
    expect((await run(repo.dir, `command:${brain}`, '--max-sessions', '1')).code).toBe(11);
    const rulings = (await eventsOf(repo.dir, 'night')).filter(
      (e) => e.type === 'judge.ruled' && e.scope === 'candidate',
    );
    expect(rulings.length).toBeGreaterThan(0);
    for (const ruling of rulings) expect(ruling).toMatchObject({ ruling: 'refused' });
  });

  it('5. Whatever is about to take effect is written down first: killed at an event, the run carries on', async () => {
    const features = [
      feature('F001'),
      feature('F002', { proof: 'command', verify: 'test -f second', dependsOn: ['F001'] }),
    ];
    const brain = `command:${honest}; [ $AGENTLOOP_FEATURE = F001 ] || touch second`;
    await using whole = await smallRepo({ red: true, features });
    expect((await run(whole.dir, brain)).code).toBe(0);
    const wanted = await outcomeOf(whole.dir, whole.git);
    for (const at of [
      'session.started',
      'claim.made',
      'judge.ruled',
      'work.landed',
      'work.published',
      'session.ended',
    ]) {
      await using repo = await smallRepo({ red: true, features });
      const first = start(repo.dir, ['run', '--name', 'night', '--brain', brain, '--output', 'ndjson']);
      // The pattern cannot match before the ledger has the event: ndjson prints what was written.
      await first.shows(
        new RegExp(`"session":1,.*"type":"${at.replace('.', '\\.')}"|"type":"work\\.published"`),
      );
      first.child.kill('SIGKILL');
      await first.done;
      const second = await agentloop(repo.dir, ['run', '--brain', brain]);
      expect(second.code, `${at}: ${second.err}`).toBe(0);
      expect(await outcomeOf(repo.dir, repo.git), at).toEqual(wanted);
      const events = await eventsOf(repo.dir, 'night');
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    }
  });

  fenced('6. Every session that starts ends, and when it has ended no process of it is alive', async () => {
    await using repo = await smallRepo({ red: true });
    const name = `stray-${process.pid}`;
    const brain = `(setsid sh -c "trap '' TERM HUP; exec -a ${name} sleep 300" >/dev/null 2>&1 &) ; exit 1`;
    await run(repo.dir, `command:bash -c '${brain.replaceAll("'", "'\\''")}'`, '--max-sessions', '2');
    const events = await eventsOf(repo.dir, 'night');
    const count = (type: Recorded['type']) => events.filter((e) => e.type === type).length;
    expect(count('session.ended')).toBe(count('session.started'));
    expect(count('session.started')).toBeGreaterThan(0);
    expect(await alive(name)).toEqual([]);
  });

  it('8. Nothing enters a brief, a tool result or an event without a cap', async () => {
    await using repo = await smallRepo({ red: true });
    const entry = (n: number) =>
      `\n=== 2026-01-01 10:00 UTC | old | session ${n} | F001 | refused ===\ndid:\n  ${'x'.repeat(200)}\n`;
    await repo.commit('a long past', {
      'progress.txt': Array.from({ length: 10_000 }, (_, n) => entry(n)).join(''),
    });
    const folder = await mkdtemp(join(tmpdir(), 'agentloop-brief-'));
    const noisy = join(folder, 'brain.sh');
    await writeFile(
      noisy,
      `wc -c < "$AGENTLOOP_BRIEF"\nhead -c 3000000 /dev/zero | tr '\\0' y\nprintf '{"claim":"partial","did":"%s"}' "$(head -c 40000 /dev/zero | tr '\\0' d)" > "$AGENTLOOP_OUTCOME"\ntouch half\n`,
    );
    await run(repo.dir, `command:sh ${noisy}`, '--max-sessions', '1');
    await rm(folder, { recursive: true });
    const transcript = await readFile(join(repo.dir, '.git/agentloop/runs/night/sessions/1.jsonl'), 'utf8');
    const bytes = Number(/"(\d{4,6})"/.exec(transcript)?.[1]);
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(32_000);
    expect(transcript.length).toBeLessThan(1_000_000);
    const longest = Math.max(
      ...(await readFile(ledger(repo.dir), 'utf8')).split('\n').map((line) => line.length),
    );
    expect(longest).toBeLessThan(64_000);
  });

  it('9. Limits hold: checked, with the worst case reserved, before each call that spends', async () => {
    const features = [1, 2, 3, 4].map((n) => feature(`F00${n}`));
    await using repo = await smallRepo({ red: false, features });
    const script = {
      version: 1,
      sessions: [
        { steps: [{ usage: { inputTokens: 10, usd: 0.4 } }, { claim: { claim: 'stuck', did: 'x' } }] },
      ],
    };
    const folder = await mkdtemp(join(tmpdir(), 'agentloop-script-'));
    await writeFile(join(folder, 'script.json'), JSON.stringify(script));
    const ran = await run(repo.dir, `scripted:${join(folder, 'script.json')}`, '--max-cost', '1');
    await rm(folder, { recursive: true });
    expect(ran.code, ran.err).toBe(11);
    const events = await eventsOf(repo.dir, 'night');
    const spent = events.reduce((sum, e) => sum + (e.type === 'cost.updated' ? (e.usd ?? 0) : 0), 0);
    expect(spent).toBeLessThanOrEqual(1);
    expect(events.at(-1)).toMatchObject({ type: 'run.stopped', reason: 'max-cost' });
  });

  it('10. Harness git never runs code that a workspace chose', async () => {
    await using repo = await smallRepo({ red: true });
    const evil = 'touch /tmp/agentloop-canary-$PPID; touch canary';
    const plant = [
      honest,
      `printf '#!/bin/sh\\n${evil}\\n' > evil.sh; chmod +x evil.sh`,
      'git config core.fsmonitor "$PWD/evil.sh"; git config core.hooksPath "$PWD"; git config filter.x.clean "$PWD/evil.sh"; git config filter.x.smudge "$PWD/evil.sh"; git config diff.x.textconv "$PWD/evil.sh"; git config diff.external "$PWD/evil.sh"',
      'printf "* filter=x diff=x\\n" > .gitattributes',
      'cp evil.sh post-checkout; cp evil.sh pre-commit; cp evil.sh reference-transaction',
      'git replace HEAD HEAD 2>/dev/null; printf "gitdir: /nowhere\\n" > .git; true',
    ].join('; ');
    const ran = await run(repo.dir, `command:${plant}`, '--max-sessions', '1');
    expect(ran.code, ran.err).toBeLessThan(12);
    expect((await readdir('/tmp')).filter((name) => name.startsWith('agentloop-canary-'))).toEqual([]);
    expect(existsSync(join(repo.dir, 'canary'))).toBe(false);
  });
});

/** What a run came to, without the times and ids that differ from run to run. */
async function outcomeOf(dir: string, git: (...args: string[]) => Promise<string>): Promise<unknown> {
  const landed = (await eventsOf(dir, 'night')).filter(
    (e) => e.type === 'work.landed' && e.feature !== undefined,
  );
  return {
    subjects: (await git('log', '--format=%s', 'main..agentloop/night'))
      .split('\n')
      .filter((s) => s.startsWith('F')),
    landed: landed.map((e) => e.type === 'work.landed' && e.feature),
    files: await git('ls-tree', '-r', '--name-only', 'agentloop/night'),
    passes: JSON.parse(await git('show', 'agentloop/night:feature-list.json')).features.map(
      (f: { passes: boolean }) => f.passes,
    ),
    lock: existsSync(join(dir, '.git/agentloop/lock')),
  };
}

async function alive(name: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.startsWith(name)) found.push(pid);
  }
  return found;
}
