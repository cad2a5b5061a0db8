import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FakeForge, fakeForge } from '../helpers/fake-forge/fake-forge.ts';
import { repoAt, type TempRepo } from '../helpers/repo.ts';
import { agentloop, type Ran, runFolder } from './cli.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

interface Night extends AsyncDisposable {
  readonly repo: TempRepo;
  readonly fake: FakeForge;
  readonly env: Record<string, string>;
  pr(...args: string[]): Promise<Ran>;
}

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

let played: TempRepo;
beforeAll(async () => {
  played = await smallRepo({ red: true, features: [feature('F001', { title: 'Add two numbers' })] });
  const ran = await agentloop(played.dir, ['run', '--name', 'night', '--brain', `command:${honest}`]);
  expect(ran.code, ran.err).toBe(0);
});
afterAll(() => played.remove());

/** A copy of a repository after a night of one feature; its origin is a forge. */
async function night(own?: TempRepo): Promise<Night> {
  const repo = own ?? repoAt(mkdtempSync(join(tmpdir(), 'agentloop-requests-')));
  if (!own) cpSync(played.dir, repo.dir, { recursive: true, verbatimSymlinks: true });
  const fake = await fakeForge('github');
  await repo.git('remote', 'add', 'origin', fake.remote);
  await repo.git('push', '-q', fake.repo, 'main');
  const env = {
    CI: '',
    GITHUB_ACTIONS: '',
    GITHUB_TOKEN: fake.token,
    GITHUB_SERVER_URL: `http://${fake.host}`,
  };
  const made: Night = {
    repo,
    fake,
    env,
    pr: (...args) => agentloop(repo.dir, ['pr', ...args], env),
    async [Symbol.asyncDispose]() {
      await fake[Symbol.asyncDispose]();
      await repo.remove();
    },
  };
  open.push(made);
  return made;
}

describe('agentloop pr', () => {
  it('a night ends in a draft request with body, labels, comment and check; said again, it updates', async () => {
    const { repo, fake, env, pr } = await night();
    const first = await pr('--yes', '--json');
    expect(first.code, first.err).toBe(0);
    const tip = await repo.git('rev-parse', 'agentloop/night');
    const [pull] = fake.pulls;
    if (!pull) throw new Error(first.err);
    expect(JSON.parse(first.out)).toMatchObject({
      requests: [
        { what: 'opened', number: pull.number, head: 'agentloop/night', base: 'main', features: ['F001'] },
      ],
    });
    expect(pull).toMatchObject({
      draft: true,
      state: 'open',
      labels: ['agentloop'],
      title: 'F001: Add two numbers',
    });
    expect(pull.body).toMatch(/\| \*\*F001\*\* \|/);
    expect(pull.body).toMatch(/Agentloop-Run: night\nAgentloop-Features: F001\n(.+\n)*$/);
    expect(fake.comments).toMatchObject([
      { on: pull.number, body: expect.stringContaining('finished, waiting for you') },
    ]);
    expect(fake.statuses).toMatchObject([
      { sha: tip, state: 'success', text: '1 feature judged and accepted' },
    ]);
    const verified = await agentloop(repo.dir, ['verify', 'agentloop/night', '--set-status'], env);
    expect(verified.code, verified.err).toBe(0);
    expect(fake.statuses.at(-1)).toMatchObject({
      sha: tip,
      state: 'success',
      text: expect.stringContaining('1 of 1 commits judged again'),
    });
    const there = execFileSync('git', ['for-each-ref', '--format=%(refname)'], {
      cwd: fake.repo,
      encoding: 'utf8',
    });
    expect(there.trim().split('\n')).toEqual([
      'refs/agentloop/evidence/night',
      'refs/heads/agentloop/night',
      'refs/heads/main',
    ]);

    const status = await agentloop(repo.dir, ['status', '--json']);
    expect(JSON.parse(status.out)).toMatchObject({ requests: [{ url: `${fake.web}/pull/${pull.number}` }] });
    expect((await agentloop(repo.dir, ['status'])).out).toContain(`request ${fake.web}/pull/${pull.number}`);

    // All that is told of the run in the morning names it.
    const url = `${fake.web}/pull/${pull.number}`;
    const report = async (format: string) =>
      (await agentloop(repo.dir, ['report', '--format', format], { CI: '' })).out;
    expect(await report('md')).toContain(`Request: <${url}> (F001)`);
    expect(await report('html')).toContain(url);
    const one = { number: pull.number, url, head: 'agentloop/night', base: 'main', features: ['F001'] };
    expect(JSON.parse(await report('json'))).toMatchObject({ requests: [one], brain: 'command' });
    const result = JSON.parse(readFileSync(join(runFolder(repo.dir), 'result.json'), 'utf8'));
    expect(result).toMatchObject({ requests: [one], brain: 'command' });
    const metrics = await agentloop(repo.dir, ['metrics', '--format', 'json'], { CI: '' });
    expect(JSON.parse(metrics.out)).toMatchObject({ runs: [{ run: 'night', requests: [url] }] });

    // A person writes before and behind our words, takes a label of ours for theirs, and gives it another title.
    pull.body = `Read me first.\n\n${pull.body}\nAnd me last.\n`;
    pull.title = 'Sums';
    pull.labels.push('theirs');
    const second = await pr('--yes', '--json');
    expect(JSON.parse(second.out)).toMatchObject({ requests: [{ what: 'updated', number: pull.number }] });
    expect(fake.pulls).toHaveLength(1);
    expect(fake.comments).toHaveLength(1);
    expect(pull.body).toMatch(/^Read me first\.\n\n<!-- agentloop/);
    expect(pull.body).toMatch(/Agentloop-Run: night\n(.+\n)+\nAnd me last\.\n$/);
    expect(pull).toMatchObject({ title: 'Sums', draft: true, labels: ['agentloop', 'theirs'] });
  });

  it('the token stands in no argument of any process, in nothing that is printed and in no file of the run', async () => {
    const { repo, fake, env } = await night();
    const ran = await agentloop(repo.dir, ['pr', '--yes'], env);
    expect(ran.code, ran.err).toBe(0);
    // Looked at while the transport waits for the forge's answer.
    expect(fake.argv.some((line) => /^git .* push .*--force-with-lease=/.test(line))).toBe(true);
    expect(fake.argv.some((line) => line.includes(fake.token))).toBe(false);
    expect(ran.out + ran.err).not.toContain(fake.token);
    const found = spawnSync('grep', ['-rlF', fake.token, repo.dir], { encoding: 'utf8' });
    expect(found).toMatchObject({ status: 1, stdout: '' });
  });

  it('nothing leaves the machine where nobody said so and nobody can be asked; CI has said so', async () => {
    const { repo, fake, pr, env } = await night();
    const asked = await pr();
    expect(asked.code).toBe(2);
    expect(asked.err).toMatch(
      /This would leave your machine, and nobody can be asked:\n {2}push .* to agentloop\/night/,
    );
    expect(fake.pulls).toEqual([]);
    const refs = () =>
      execFileSync('git', ['for-each-ref', '--format=%(refname)'], { cwd: fake.repo, encoding: 'utf8' });
    expect(refs().trim()).toBe('refs/heads/main');
    const ci = await agentloop(repo.dir, ['pr'], { ...env, CI: 'true' });
    expect(ci.code, ci.err).toBe(0);
    expect(fake.pulls).toHaveLength(1);
  });

  it('a branch that a person has moved is told and left alone', async () => {
    const { repo, fake, pr } = await night();
    expect((await pr('--yes')).code).toBe(0);
    await repo.git('fetch', '-q', fake.repo, 'agentloop/night');
    await repo.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    const theirs = await repo.commit('mine', { 'src/mine.js': '// of a person\n' });
    await repo.git('push', '-q', fake.repo, 'HEAD:refs/heads/agentloop/night');
    await repo.git('checkout', '-q', 'main');
    const again = await pr('--yes');
    expect(again.code).toBe(2);
    expect(again.err).toMatch(
      /Somebody has pushed to agentloop\/night on origin: it is at .* Nothing is overwritten/,
    );
    const tip = execFileSync('git', ['rev-parse', 'agentloop/night'], { cwd: fake.repo, encoding: 'utf8' });
    expect(tip.trim()).toBe(theirs);
  });

  it('a commit of the run branch that no verdict speaks for is not pushed', async () => {
    const { repo, fake, pr } = await night();
    await repo.git('checkout', '-q', 'agentloop/night');
    await repo.commit('by hand', { 'src/sum.js': 'export const sum = () => 7;\n' });
    await repo.git('checkout', '-q', 'main');
    const ran = await pr('--yes');
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/what was judged ends at .*; nothing is pushed/);
    expect(fake.pulls).toEqual([]);
  });

  it('a request that a person closed is not opened again, and a wrong token is told as such', async () => {
    const { fake, pr, repo, env } = await night();
    const wrong = await agentloop(repo.dir, ['pr', '--yes'], { ...env, GITHUB_TOKEN: 'wrong-token-0000' });
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/refused looking for the request \(401\): Bad credentials/);
    expect((await pr('--yes')).code).toBe(0);
    for (const pull of fake.pulls) pull.state = 'closed';
    const again = await pr('--yes');
    expect(again.err).toMatch(
      /is closed; nothing is pushed to agentloop\/night, and no other request is opened/,
    );
    expect(fake.pulls).toHaveLength(1);
  });

  it('a token that may do a part of it does that part, and what it lacks is told', async () => {
    const { fake, pr } = await night();
    const refusal = { status: 403, headers: {}, body: { message: 'Resource not accessible by integration' } };
    fake.instead.push({ on: /POST .*labels$/, ...refusal }, { on: /POST .*statuses/, ...refusal });
    const ran = await pr('--yes', '--json');
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toMatch(/refused labels for #1 \(403\): Resource not accessible by integration/);
    expect(JSON.parse(ran.out)).toMatchObject({
      requests: [
        { what: 'opened', lacking: [/labels/, /setting the check/].map((it) => expect.stringMatching(it)) },
      ],
    });
    expect(fake.comments).toHaveLength(1);
    const again = JSON.parse((await pr('--yes', '--json')).out);
    expect(again.requests).toEqual([expect.not.objectContaining({ lacking: expect.anything() })]);
    expect(fake.pulls).toMatchObject([{ labels: ['agentloop'] }]);
    expect(fake.statuses).toHaveLength(1);
  });

  it('a base that was renamed meanwhile is where the request says', async () => {
    const { fake, pr } = await night();
    expect((await pr('--yes')).code).toBe(0);
    execFileSync('git', ['branch', '-m', 'main', 'trunk'], { cwd: fake.repo });
    for (const pull of fake.pulls) pull.base = 'trunk';
    const again = await pr('--yes', '--json');
    expect(again.code, again.err).toBe(0);
    expect(JSON.parse(again.out)).toMatchObject({ requests: [{ what: 'updated', base: 'trunk' }] });
    expect(fake.pulls).toMatchObject([{ base: 'trunk' }]);
  });

  it('a branch that was deleted on the forge is pushed again, as long as its request is open', async () => {
    const { repo, fake, pr } = await night();
    expect((await pr('--yes')).code).toBe(0);
    execFileSync('git', ['branch', '-D', 'agentloop/night'], { cwd: fake.repo });
    const again = await pr('--yes');
    expect(again.code, again.err).toBe(0);
    const tip = execFileSync('git', ['rev-parse', 'agentloop/night'], { cwd: fake.repo, encoding: 'utf8' });
    expect(tip.trim()).toBe(await repo.git('rev-parse', 'agentloop/night'));
  });

  it('nothing of this machine is in what is pushed: the brain is a word', async () => {
    const { repo, fake, pr } = await night();
    expect((await pr('--yes')).code).toBe(0);
    const log = await repo.git('log', '--format=%B', 'main..agentloop/night');
    expect(log).toMatch(/^Assisted-by: agentloop:command$/m);
    for (const text of [log, fake.pulls[0]?.body, fake.comments[0]?.body]) {
      expect(text).not.toContain(repo.dir);
      expect(text).not.toContain('src/sum.js &&');
      expect(text).not.toContain('mkdir');
    }
  });

  it('a run in parts: each request stands on the one before, and goes into the base when that is merged', async () => {
    const features = [
      feature('F001', { title: 'One', proof: 'none' }),
      feature('F002', { title: 'Two', proof: 'none' }),
    ];
    const two = await smallRepo({ red: false, features });
    const { fake, env, pr } = await night(two);
    const work = 'echo "export const x = 1;" > src/$AGENTLOOP_FEATURE.js';
    const ran = await agentloop(two.dir, ['run', '--name', 'two', '--brain', `command:${work}`], env);
    expect(ran.code, ran.err).toBe(0);
    const first = await pr('--yes', '--split', 'per-feature');
    expect(first.code, first.err).toBe(0);
    const [one, other] = fake.pulls;
    expect(fake.pulls).toMatchObject([
      { head: 'agentloop/two-part-1', base: 'main', title: 'F001: One' },
      { head: 'agentloop/two-part-2', base: 'agentloop/two-part-1', title: 'F002: Two' },
    ]);
    expect(one?.body).toMatch(/Part 1 of 2\.[\s\S]*\*\*F001\*\*/);
    expect(one?.body).not.toMatch(/\*\*F002\*\*/);
    expect(other?.body).toMatch(/Part 2 of 2\. It stands on `agentloop\/two-part-1`/);
    // The comment on each names them all.
    const bodies = fake.comments.map(({ body }) => body);
    expect(bodies).toHaveLength(2);
    for (const body of bodies)
      for (const { number } of fake.pulls) expect(body).toContain(`[${number}](${fake.web}/pull/${number})`);
    // Every tip is a commit of the run branch: what was judged, and nothing that was applied anew.
    const landed = (await two.git('rev-list', 'agentloop/two')).split('\n');
    const tips = execFileSync('git', ['for-each-ref', '--format=%(objectname)', 'refs/heads/agentloop'], {
      cwd: fake.repo,
      encoding: 'utf8',
    });
    for (const tip of tips.trim().split('\n')) expect(landed).toContain(tip);

    Object.assign(one ?? {}, { state: 'closed', merged: true });
    expect((await pr('--yes')).err).toMatch(/is merged; nothing is pushed to agentloop\/two-part-1/);
    expect(other).toMatchObject({ base: 'main' });
    expect(fake.pulls).toHaveLength(2);
  });

  it('without a forge: a file and a bundle that git takes', async () => {
    const { repo, pr } = await night();
    await repo.git('remote', 'set-url', 'origin', '/srv/git/nowhere.git');
    const ran = await pr('--out', 'handed');
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toMatch(
      /No request is opened: the remote \/srv\/git\/nowhere\.git is no address of a forge/,
    );
    expect(readFileSync(join(repo.dir, 'handed', 'PULL_REQUEST.md'), 'utf8')).toMatch(/Agentloop-Run: night/);
    const said = await repo.git('bundle', 'verify', 'handed/night.bundle');
    expect(said).toContain('refs/heads/agentloop/night');
    expect(said).toContain('refs/agentloop/evidence/night');
  });
});
