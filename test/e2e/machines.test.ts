import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitIn } from '../workspace/vaults.ts';
import { agentloop, eventsOf, type Running, runFolder, start } from './cli.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

/** Does F001; of F002 it writes half and waits, and the rest where the half is there. */
const slow = `if [ "$AGENTLOOP_FEATURE" = F001 ]; then ${honest}; elif [ -f half ]; then mv half whole; else echo begun > half; sleep 300; fi`;
const brain = ['--brain', `command:${slow}`];
const night = ['run', '--name', 'night', ...brain, '--push-checkpoints', 'origin'];

interface Machine {
  readonly dir: string;
  readonly env: Record<string, string>;
}
interface World extends AsyncDisposable {
  readonly remote: string;
  /** A clone with a cache of its own. */
  machine(name: string): Machine;
}

/** A remote with a plan of two features, and room for machines that know each other only by it. */
async function world(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'agentloop-machines-'));
  await using first = await smallRepo({
    red: true,
    features: [
      feature('F001'),
      feature('F002', { dependsOn: ['F001'], proof: 'command', verify: 'test -f whole' }),
    ],
    config: { workspace: { checkpointEvery: '100ms' } },
  });
  const remote = join(root, 'remote.git');
  gitIn(root, ['clone', '-q', '--bare', first.dir, remote]);
  return {
    remote,
    machine(name) {
      gitIn(root, ['clone', '-q', remote, name]);
      return { dir: join(root, name), env: { XDG_CACHE_HOME: join(root, `cache-${name}`) } };
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function until(what: () => boolean, run: Running): Promise<void> {
  let over = false;
  void run.done.then(() => (over = true));
  while (!what()) {
    if (over) throw new Error(`it ended: ${(await run.done).err}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const refsOn = (remote: string) => gitIn(remote, ['for-each-ref', '--format=%(refname)']);

describe('a run whose checkpoints are pushed', () => {
  it('goes on on another machine from the last checkpoint, with the same ledger and caps; no hook of the user runs', async () => {
    await using w = await world();
    const a = w.machine('a');
    const hook = join(a.dir, '.git/hooks/pre-push');
    const canary = join(a.dir, 'hook-ran');
    gitIn(a.dir, ['config', 'core.hooksPath', join(a.dir, '.git/hooks')]);
    await writeFile(hook, `#!/bin/sh\ntouch '${canary}'\nexit 1\n`, {
      mode: 0o755,
    });
    const run = start(a.dir, [...night, '--max-sessions', '5'], a.env);
    await until(() => refsOn(w.remote).includes('refs/agentloop/night/sessions/2'), run);
    run.child.kill('SIGKILL');
    await run.done;
    expect(existsSync(canary)).toBe(false);
    const before = await readFile(join(runFolder(a.dir), 'events.jsonl'), 'utf8');
    await rm(a.dir, { recursive: true });

    const b = w.machine('b');
    const second = await agentloop(b.dir, ['run', '--from', 'origin', ...brain], b.env);
    expect(second.code, second.err).toBe(0);
    expect(second.err).toContain('Run night is taken up from origin');
    const after = await readFile(join(runFolder(b.dir), 'events.jsonl'), 'utf8');
    const shared = after.split('\n').findIndex((line, at) => line !== before.split('\n')[at]);
    expect(after.split('\n')[shared]).toContain('"type":"run.resumed"');
    expect((await agentloop(b.dir, ['events', 'night'], b.env)).code).toBe(0);
    const events = await eventsOf(b.dir, 'night');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    expect(events.flatMap((event) => (event.type === 'limits.set' ? event.limits.maxSessions : []))).toEqual([
      5, 5,
    ]);
    const [, , crashed, third] = events
      .filter(({ type }) => /^session\.(started|ended)$/.test(type))
      .slice(1);
    expect(crashed).toMatchObject({ session: 2, outcome: 'crashed', kept: expect.any(String) });
    expect(third).toMatchObject({ session: 3, unfinished: (crashed as { kept?: string }).kept });
    for (const dir of [b.dir, w.remote])
      expect(gitIn(dir, ['ls-tree', '--name-only', 'agentloop/night', 'whole', 'half'])).toBe('whole\n');
    expect(gitIn(w.remote, ['log', '--format=%s', 'agentloop/night', '^main'])).toContain('F001');
  });

  it('two machines never both go on: the one that finds the other ahead stops and says so', async () => {
    await using w = await world();
    const a = w.machine('a');
    const run = start(a.dir, night, a.env);
    await until(() => refsOn(w.remote).includes('refs/agentloop/night/sessions/2'), run);
    const b = w.machine('b');
    const second = await agentloop(b.dir, ['run', '--from', 'origin', ...brain], b.env);
    expect(second.code, second.err).toBe(0);
    const first = await run.done;
    expect(first.code, first.err).toBe(3);
    expect(first.err).toContain('Another machine has gone on with run night');
    const again = await agentloop(a.dir, ['run', ...brain], a.env);
    expect(again.code).toBe(3);
    expect(again.err).toContain('Another machine has gone on with run night');
    const status = await agentloop(a.dir, ['status'], a.env);
    expect(status.out).toContain('another machine carries it');
    const tip = gitIn(b.dir, ['rev-parse', 'agentloop/night']);
    expect(gitIn(w.remote, ['rev-parse', 'agentloop/night'])).toBe(tip);
  });

  it('a push that fails is told and stops nothing; a run branch that a person moved there stays theirs', async () => {
    await using w = await world();
    const a = w.machine('a');
    gitIn(a.dir, ['remote', 'add', 'gone', join(a.dir, 'nowhere')]);
    const quick = `if [ "$AGENTLOOP_FEATURE" = F001 ]; then ${honest}; else touch whole; fi`;
    const args = ['run', '--name', 'night', '--brain', `command:${quick}`];
    const first = await agentloop(a.dir, [...args, '--push-checkpoints', 'gone'], a.env);
    expect(first.code, first.err).toBe(0);
    expect(first.err.match(/not everything could be pushed to gone/g)).toHaveLength(1);
    expect((await agentloop(a.dir, ['status'], a.env)).out).toContain('could be pushed to gone');

    const mine = gitIn(w.remote, ['commit-tree', '-m', 'mine', 'main^{tree}'].concat(['-p', 'main'])).trim();
    gitIn(w.remote, ['update-ref', 'refs/heads/agentloop/second', mine]);
    const more = ['run', '--new', '--name', 'second', '--brain', `command:${quick}`];
    const second = await agentloop(a.dir, [...more, '--push-checkpoints', 'origin'], a.env);
    expect(second.code, second.err).toBe(0);
    expect(second.err).toMatch(/not everything could be pushed to origin: .*(fetch first|non-fast-forward)/);
    expect(gitIn(w.remote, ['rev-parse', 'agentloop/second']).trim()).toBe(mine);
    expect(refsOn(w.remote)).toContain('refs/agentloop/second/ledger');
    const nobody = [
      'run',
      '--new',
      '--name',
      'third',
      '--push-checkpoints',
      'nobody',
      '--brain',
      'command:true',
    ];
    const none = await agentloop(a.dir, nobody, a.env);
    expect([none.code, none.err]).toMatchObject([2, expect.stringContaining('no remote called "nobody"')]);
  });

  it('where the remote is gone that it went to, it says how to bring it back and how to go on without', async () => {
    await using w = await world();
    const a = w.machine('a');
    const run = (...args: string[]) =>
      agentloop(a.dir, ['run', '--brain', `command:${honest}`, '--max-sessions', ...args], a.env);
    const began = await run('1', '--name', 'night', '--push-checkpoints', 'origin');
    expect(began.code, began.err).toBe(10);
    gitIn(a.dir, ['remote', 'remove', 'origin']);
    const gone = await run('2');
    expect([gone.code, gone.err]).toEqual([2, expect.stringContaining('go to the remote "origin"')]);
    expect(gone.err).not.toContain('--push-checkpoints:');
    const file = /rm '([^']+)'/.exec(gone.err)?.[1] ?? '';
    expect(file).toBe(join(runFolder(a.dir), 'remote'));
    await rm(file);
    const on = await run('2');
    expect(on.code, on.err).toBe(10);
  });

  it('--from takes a run up behind a torn line, and touches nothing of one that went on here too', async () => {
    await using w = await world();
    const [a, b] = [w.machine('a'), w.machine('b')];
    const run = (machine: Machine, ...args: string[]) =>
      agentloop(machine.dir, ['run', '--brain', 'command:true', ...args], machine.env);
    const further = (machine: Machine, sessions: number) =>
      run(machine, '--from', 'origin', '--max-sessions', String(sessions));
    // The name of a run must not stand in the way of a ref of ours.
    const name = ['--name', 'copy', '--brain', `command:${honest}`];
    const began = await run(a, ...name, '--push-checkpoints', 'origin', '--max-sessions', '1');
    expect(began.code, began.err).toBe(10);
    const taken = await further(b, 2);
    expect(taken.code, taken.err).toBe(10);

    await appendFile(join(runFolder(a.dir, 'copy'), 'events.jsonl'), '{"torn');
    const behind = await further(a, 3);
    expect(behind.code, behind.err).toBe(10);

    expect((await run(b)).code).toBe(3);
    const unfinished = 'refs/agentloop/copy/sessions/2';
    gitIn(b.dir, ['update-ref', unfinished, 'main']);
    gitIn(w.remote, ['update-ref', unfinished, 'agentloop/copy']);
    const here = gitIn(b.dir, ['for-each-ref']);
    const refused = await further(b, 4);
    expect([refused.code, refused.err]).toMatchObject([3, expect.stringContaining('both here')]);
    expect(gitIn(b.dir, ['for-each-ref'])).toBe(here);
  });

  it('--resume auto begins, goes on, and begins anew once its work is in HEAD, however that was brought there', async () => {
    await using w = await world();
    const quick = `if [ "$AGENTLOOP_FEATURE" = F001 ]; then ${honest}; else touch whole; fi`;
    const auto = ['run', '--resume', 'auto', '--brain', `command:${quick}`, '--max-sessions', '1'];
    const pushing = ['--push-checkpoints', 'origin'];
    const a = w.machine('a');
    const first = await agentloop(a.dir, [...auto, ...pushing, '--name', 'night'], a.env);
    expect([first.code, first.err]).toMatchObject([
      10,
      expect.stringContaining('No unfinished run on origin'),
    ]);

    // One that may only read: nothing is pushed, and nothing remembers to do so.
    const reader = w.machine('reader');
    const there = gitIn(w.remote, ['for-each-ref']);
    const read = await agentloop(reader.dir, [...auto, '--max-sessions', '2'], reader.env);
    expect([read.code, read.err]).toMatchObject([
      0,
      expect.stringContaining('Run night is taken up from origin'),
    ]);
    expect(gitIn(w.remote, ['for-each-ref'])).toBe(there);

    const b = w.machine('b');
    const second = await agentloop(b.dir, [...auto, ...pushing, '--max-sessions', '2'], b.env);
    expect(second.code, second.err).toBe(0);
    expect(gitIn(w.remote, ['for-each-ref'])).not.toBe(there);

    gitIn(b.dir, ['merge', '-q', '--squash', 'agentloop/night']);
    gitIn(b.dir, ['commit', '-qm', 'squashed']);
    gitIn(b.dir, ['push', '-q', 'origin', 'HEAD:main']);
    const c = w.machine('c');
    const third = await agentloop(c.dir, [...auto, ...pushing], c.env);
    expect([third.code, third.err]).toMatchObject([
      0,
      expect.stringContaining('No unfinished run on origin'),
    ]);
    const [fresh] = (await readdir(join(c.dir, '.git/agentloop/runs'))).filter((name) => name !== 'night');
    expect(fresh).toMatch(/^\d{4}-\d\d-\d\d$/);
    const d = w.machine('d');
    gitIn(d.dir, ['commit', '-q', '--allow-empty', '-m', 'moved']);
    const named = await agentloop(d.dir, [...auto, ...pushing], d.env);
    expect(named.code, named.err).toBe(0);
    expect(await readdir(join(d.dir, '.git/agentloop/runs'))).toEqual([`${fresh}-2`]);
    const torn = await agentloop(d.dir, [...auto, '--new'], d.env);
    expect(torn.code).toBe(2);
  });

  it('--from and checkpoints that would go elsewhere are refused: two machines could go on', async () => {
    await using w = await world();
    const a = w.machine('a');
    gitIn(a.dir, ['remote', 'add', 'backup', w.remote]);
    const args = ['run', '--from', 'origin', '--push-checkpoints', 'backup', '--brain', 'command:true'];
    const ran = await agentloop(a.dir, args, a.env);
    expect([ran.code, ran.err]).toMatchObject([2, expect.stringContaining('would not see')]);
  });

  it('unfinished work with a secret in it stays here, and that is told; the ledger is pushed', async () => {
    await using w = await world();
    const a = w.machine('a');
    const key = ['gh', 'p_', 'Zq8RtV2mXc7LbN4kWs9Jd1HfYp6Ga3UeTi5o'].map((part) => `'${part}'`).join(' ');
    const leaks = `printf %s ${key} > token.txt; exit 1`;
    const args = ['run', '--name', 'night', '--brain', `command:${leaks}`, '--push-checkpoints', 'origin'];
    const ran = await agentloop(a.dir, [...args, '--max-sessions', '1'], a.env);
    expect(ran.err).toMatch(/a secret stands in the unfinished work of session\s+1 \(token\.txt:1\)/);
    expect(gitIn(a.dir, ['for-each-ref', '--format=%(refname)'])).toContain(
      'refs/agentloop/night/sessions/1',
    );
    expect(refsOn(w.remote)).toContain('refs/agentloop/night/ledger');
    expect(refsOn(w.remote)).not.toContain('sessions');
    expect((await agentloop(a.dir, ['status'], a.env)).out).toContain('token.txt:1');
  });
});
