import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Played, play, type Stage } from '../helpers/actions/runner.ts';
import { gitIn } from '../workspace/vaults.ts';
import { agentloop } from './cli.ts';

const top = join(import.meta.dirname, '..', '..');
const noFence = spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-pid', 'true']).status !== 0;
if (noFence)
  process.stderr.write('workflows are played without the fence: bubblewrap is missing or not usable here\n');

interface World extends AsyncDisposable {
  readonly root: string;
  readonly remote: string;
  /** The generated workflow. */
  workflow(shape: string): Promise<string>;
  /** A fresh machine for a segment. */
  stage(name: string, inputs?: Record<string, string>): Stage;
  /** What was asked of the forge's command line. */
  dispatched(): string;
}

/** The sample repository with its plan on a bare remote, a scripted brain, and what a runner's image has. */
async function world(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'agentloop-workflows-'));
  const example = join(top, 'examples', 'todo-cli');
  const brain = join(root, 'brain');
  await cp(example, brain, { recursive: true });
  const script = JSON.parse(readFileSync(join(example, 'script.json'), 'utf8'));
  const second = script.sessions.findIndex(
    (one: { when: { feature?: string } }) => one.when.feature === 'F002',
  );
  script.sessions.splice(second, 0, {
    // The session that is cut short; the next one on this feature has another number.
    when: { feature: 'F002', session: 2 },
    steps: [
      { write: { path: 'half.txt', content: 'begun\n' } },
      { say: 'waits for somebody to go on' },
      { wait: { ms: 600_000 } },
      { crash: true },
    ],
  });
  writeFileSync(join(brain, 'script.json'), JSON.stringify(script));
  const home = join(root, 'author');
  await cp(join(example, 'sample'), home, { recursive: true });
  await cp(join(example, 'files', 'gitignore'), join(home, '.gitignore'));
  await cp(join(example, 'spec.md'), join(home, 'spec.md'));
  gitIn(home, ['init', '-q', '-b', 'main']);
  gitIn(home, ['add', '-A']);
  gitIn(home, ['commit', '-qm', 'A small todo list']);
  const named = ['--brain', `scripted:${join(brain, 'script.json')}`];
  const planned = await agentloop(home, ['init', 'spec.md', ...named], {
    XDG_CACHE_HOME: join(root, 'cache'),
  });
  expect(planned.code, planned.err).toBe(0);
  const remote = join(root, 'remote.git');
  gitIn(root, ['clone', '-q', '--bare', home, remote]);
  gitIn(home, ['remote', 'add', 'origin', remote]);

  const bin = join(root, 'bin');
  const program = (name: string, text: string) => {
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const npm = join(dirname(process.execPath), 'npm');
  const link = `ln -sf '${join(top, 'bin', 'agentloop.cjs')}' '${bin}/agentloop'`;
  program('npm', `case "$*" in "install --global agentloop-cli@"*) ${link};; *) exec '${npm}' "$@";; esac`);
  program('sudo', 'exit 0');
  program('gh', `echo "$*" >> '${root}/dispatched'`);
  const path = `${bin}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
  return {
    root,
    remote,
    async workflow(shape) {
      const made = await agentloop(home, [
        'ci',
        'github',
        '--shape',
        shape,
        '--secret',
        'MODEL_KEY',
        ...named,
      ]);
      expect(made.code, made.err).toBe(0);
      return made.out;
    },
    stage: (name, inputs = {}) => ({
      remote,
      root: join(root, name),
      secrets: { MODEL_KEY: 'a-key-of-no-model', GITHUB_TOKEN: 'a-token-of-nobody' },
      inputs,
      env: { PATH: path, LANG: 'C.UTF-8', ...(noFence ? { AGENTLOOP_FENCE: 'none' } : {}) },
    }),
    dispatched: () => (existsSync(`${root}/dispatched`) ? readFileSync(`${root}/dispatched`, 'utf8') : ''),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

const step = (played: readonly Played[], name: string, job?: string) => {
  const found = played.find((one) => one.name === name && (job === undefined || one.job === job));
  if (!found) throw new Error(`no step ${name}: ${played.map((one) => one.name).join(', ')}`);
  return found;
};
const outcomes = (played: readonly Played[]) =>
  Object.fromEntries(played.map(({ name, outcome }) => [name, outcome]));

// Two nights and three judgements of each, some in a row.
describe('the workflow that agentloop ci prints, played step by step', { timeout: 400_000 }, () => {
  it('simple: a job that is called off loses nothing that was pushed, and the next segment goes on and delivers', async () => {
    await using w = await world();
    const text = await w.workflow('simple');
    const first = await play(
      text,
      w.stage('first'),
      (name, said) => name === 'Work' && said.includes('(session 2)'),
    );
    const cut = step(first, 'Work');
    expect(cut.outcome, cut.said).toBe('cancelled');
    expect(cut.outputs).toMatchObject({
      status: 'interrupted',
      resume: 'false',
      accepted: '1',
      remaining: '3',
    });
    expect(outcomes(first)).toMatchObject({ 'Pull request': 'skipped', 'Go on in another job': 'skipped' });
    const { run = '' } = cut.outputs;
    expect(gitIn(w.remote, ['log', '--format=%s', `main..agentloop/${run}`])).toContain('F001');

    const second = await play(text, w.stage('second', { 'max-cost': '5', segment: '1' }));
    const done = step(second, 'Work');
    expect(done.said).toContain(`Run ${run} is taken up from origin`);
    expect(done.outcome, done.said).toBe('success');
    expect(done.outputs).toMatchObject({ status: 'complete', remaining: '0', accepted: '4', run });
    expect(Number(done.outputs['cost'])).toBeGreaterThan(Number(cut.outputs['cost']));
    expect(step(second, 'Pull request').outcome).toBe('success');
    expect(
      readFileSync(join(w.root, 'second', 'artifacts', 'agentloop-report', 'junit.xml'), 'utf8'),
    ).toContain('F004');
    expect(readFileSync(join(w.root, 'second', 'night', 'summary-work.md'), 'utf8')).toContain(
      '4 features landed',
    );
    expect(gitIn(w.remote, ['show', `agentloop/${run}:feature-list.json`])).not.toContain('"passes": false');
    expect(w.dispatched()).toBe('');
  });

  it('simple: the time of a job is over, so that the next one is asked for, with the same budget', async () => {
    await using w = await world();
    const text = (await w.workflow('simple')).replace('--max-duration 5h20m', '--max-duration 12s');
    const first = await play(text, w.stage('first', { 'max-cost': '3', segment: '2' }));
    expect(step(first, 'Work').outputs, step(first, 'Work').said).toMatchObject({
      status: 'until',
      resume: 'true',
    });
    expect(w.dispatched()).toBe('workflow run agentloop.yml --ref main -f max-cost=3 -f segment=3\n');
  });

  it('split: the job with the key pushes nothing, and its work is judged again before it is delivered', async () => {
    await using w = await world();
    const text = await w.workflow('split');
    const before = gitIn(w.remote, ['for-each-ref']);
    let during = '';
    const first = await play(text, w.stage('first'), (name, said) => {
      if (name !== 'Work' || !said.includes('(session 2)')) return false;
      during = gitIn(w.remote, ['for-each-ref']);
      return true;
    });
    expect(during).toBe(before);
    const cut = step(first, 'Work');
    expect(cut.outcome, cut.said).toBe('cancelled');
    expect(step(first, 'Judge it again').outcome, step(first, 'Judge it again').said).toBe('success');
    expect(step(first, 'Go on in another job').outcome).toBe('skipped');
    const deliver = first.filter(({ job }) => job === 'deliver');
    expect(deliver.flatMap(({ env }) => Object.keys(env))).not.toContain('MODEL_KEY');
    expect(first.filter(({ job }) => job === 'night').flatMap(({ env }) => Object.values(env))).not.toContain(
      'a-token-of-nobody',
    );
    const { run = '' } = cut.outputs;
    expect(gitIn(w.remote, ['for-each-ref', '--format=%(refname)'])).toContain(
      `refs/agentloop/${run}/ledger`,
    );

    const second = await play(text, w.stage('second'));
    const done = step(second, 'Work');
    expect(done.said).toContain(`Run ${run} is taken up from origin`);
    expect(done.outputs, done.said).toMatchObject({ status: 'complete', remaining: '0', accepted: '4' });
    const delivered = outcomes(second.filter(({ job }) => job === 'deliver'));
    expect(delivered, step(second, 'Push checkpoints').said).toMatchObject({
      'Judge it again': 'success',
      'Push checkpoints': 'success',
      'Pull request': 'success',
    });
  });

  it('a fork without the secret ends well, with one line', async () => {
    await using w = await world();
    for (const shape of ['simple', 'split']) {
      const stage = { ...w.stage(`fork-${shape}`), secrets: {} };
      const played = await play(await w.workflow(shape), stage);
      const [asked, ...others] = played;
      expect([asked?.outcome, asked?.said]).toEqual([
        'success',
        'No secret MODEL_KEY here, as in a fork: nothing to do.\n',
      ]);
      expect(new Set(others.map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
    }
  });
});
