import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitIn } from '../workspace/vaults.ts';
import { agentloop, eventsOf, runFolder } from './cli.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

interface World extends AsyncDisposable {
  readonly remote: string;
  readonly bundle: string;
  /** A clone with a cache of its own. */
  machine(name: string): { readonly dir: string; readonly env: Record<string, string> };
}

async function world(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'agentloop-bundle-'));
  await using first = await smallRepo({
    red: true,
    features: [
      feature('F001'),
      feature('F002', { dependsOn: ['F001'], proof: 'command', verify: 'test -f whole' }),
    ],
  });
  const remote = join(root, 'remote.git');
  gitIn(root, ['clone', '-q', '--bare', first.dir, remote]);
  return {
    remote,
    bundle: join(root, 'night.bundle'),
    machine(name) {
      gitIn(root, ['clone', '-q', remote, name]);
      return { dir: join(root, name), env: { XDG_CACHE_HOME: join(root, `cache-${name}`) } };
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

const brain = ['--brain', `command:if [ "$AGENTLOOP_FEATURE" = F001 ]; then ${honest}; else touch whole; fi`];
const night = ['run', '--name', 'night', ...brain];

describe('a run in a bundle', () => {
  it('is judged again from the file alone, laid down elsewhere with its evidence, and goes on there', async () => {
    await using w = await world();
    const [a, b] = [w.machine('a'), w.machine('b')];
    expect((await agentloop(a.dir, [...night, '--max-sessions', '1'], a.env)).code).toBe(10);
    const made = await agentloop(a.dir, ['bundle', '--out', w.bundle], a.env);
    expect(made.code, made.err).toBe(0);
    expect(made.out.split('\n').filter(Boolean)).toEqual([
      'refs/heads/agentloop/night',
      'refs/agentloop/night/ledger',
      'refs/agentloop/evidence/night',
      'refs/agentloop/night/records',
    ]);
    expect(gitIn(a.dir, ['for-each-ref', 'refs/agentloop/night/records'])).toBe('');

    const before = gitIn(b.dir, ['for-each-ref']);
    const verified = await agentloop(b.dir, ['verify', w.bundle, '--format', 'json'], b.env);
    expect(verified.code, verified.err).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({ agrees: true, ledger: 'whole', run: 'night' });
    expect(gitIn(b.dir, ['for-each-ref'])).toBe(before);

    const laid = await agentloop(b.dir, ['unbundle', w.bundle], b.env);
    expect(laid.code, laid.err).toBe(0);
    const evidence = 'refs/agentloop/evidence/night';
    const packets = await Promise.all(
      [a, b].map(async ({ dir, env }) => (await agentloop(dir, ['report', '--format', 'json'], env)).out),
    );
    expect(JSON.parse(packets[1] ?? '')).toEqual(JSON.parse(packets[0] ?? ''));
    expect(gitIn(b.dir, ['rev-parse', evidence, 'agentloop/night'])).toBe(
      gitIn(a.dir, ['rev-parse', evidence, 'agentloop/night']),
    );
    const on = await agentloop(b.dir, ['run', '--max-sessions', '3', ...brain], b.env);
    expect(on.code, on.err).toBe(0);
    expect((await eventsOf(b.dir, 'night')).filter(({ type }) => type === 'run.resumed')).toHaveLength(1);
  });

  it('that was changed on its way is refused: its commits, its evidence, what it brings along, its branch', async () => {
    await using w = await world();
    const [a, b] = [w.machine('a'), w.machine('b')];
    expect((await agentloop(a.dir, [...night, '--max-sessions', '1'], a.env)).code).toBe(10);
    const refs = [
      'refs/agentloop/night/ledger',
      'refs/agentloop/night/records',
      'refs/agentloop/evidence/night',
    ];
    const kept = join(runFolder(a.dir), 'evidence');
    expect((await agentloop(a.dir, ['bundle', '--out', w.bundle], a.env)).code).toBe(0);
    gitIn(a.dir, ['fetch', '-q', w.bundle, ...refs.map((ref) => `+${ref}:${ref}`)]);
    const forge = (branch: string) =>
      gitIn(a.dir, ['bundle', 'create', '-q', w.bundle, branch, ...refs, '^main']);
    const tip = gitIn(a.dir, ['rev-parse', 'agentloop/night']).trim();
    const verify = () => agentloop(b.dir, ['verify', w.bundle], b.env);

    // Work slipped in below the run, which no verdict speaks for.
    gitIn(a.dir, ['checkout', '-q', '-b', 'slipped', 'main']);
    await writeFile(join(a.dir, 'evil.js'), 'steal();\n');
    gitIn(a.dir, ['add', '-A']);
    gitIn(a.dir, ['commit', '-qm', 'slipped in']);
    gitIn(a.dir, ['cherry-pick', `main..agentloop/night`]);
    gitIn(a.dir, ['update-ref', 'refs/heads/agentloop/night', 'slipped']);
    forge('agentloop/night');
    const slipped = await verify();
    expect([slipped.code, slipped.out]).toMatchObject([14, expect.stringContaining('brings along')]);

    // A branch that would be delivered over another.
    gitIn(a.dir, ['branch', 'release', tip]);
    forge('release');
    const other = await agentloop(b.dir, ['unbundle', w.bundle], b.env);
    expect([other.code, other.err]).toMatchObject([2, expect.stringContaining('would be agentloop/night')]);
    expect(gitIn(b.dir, ['for-each-ref', 'refs/heads/release', 'refs/agentloop'])).toBe('');
    expect(await readFile(join(kept, 'F001-1-1.json'), 'utf8')).toContain('accepted');
  });

  it('in which nothing landed needs no verdict; a file that is none, and a clone without its base, are told', async () => {
    await using w = await world();
    const a = w.machine('a');
    const early = ['run', '--name', 'night', '--brain', 'command:true', '--max-duration', '1ms'];
    expect((await agentloop(a.dir, early, a.env)).code).toBe(11);
    expect((await agentloop(a.dir, ['bundle', '--out', w.bundle], a.env)).code).toBe(0);
    const verified = await agentloop(a.dir, ['verify', w.bundle], a.env);
    expect([verified.code, verified.out]).toMatchObject([0, expect.stringContaining('nothing has landed')]);
    const none = await agentloop(a.dir, ['unbundle', 'package.json'], a.env);
    expect([none.code, none.err]).toMatchObject([2, expect.stringContaining('no git bundle')]);
    await using stranger = await smallRepo({ red: false });
    const lacking = await agentloop(stranger.dir, ['verify', w.bundle], a.env);
    expect([lacking.code, lacking.err]).toMatchObject([3, expect.stringContaining('not in this repository')]);
  });
});
