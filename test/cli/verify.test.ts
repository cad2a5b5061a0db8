import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import type { VerifiedData } from '../../src/cli/verdicts/verified-data.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { feature } from '../helpers/feature.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

async function agentloop(cwd: string, ...argv: readonly string[]) {
  const io = fakeIo({ argv, cwd, env: process.env, columns: 100 });
  const code = await program(io, '1.2.3');
  return { code, out: io.out(), err: io.err() };
}

async function verify(
  cwd: string,
  branch = 'agentloop/night',
): Promise<VerifiedData & { readonly code: number }> {
  const { code, out, err } = await agentloop(cwd, 'verify', branch, '--format', 'json');
  if (out === '') expect.fail(err);
  return { ...JSON.parse(out), code };
}

const told = ({ commits }: VerifiedData) =>
  commits.map(({ kind, recorded, now, agrees }) => [kind, recorded, now, agrees]);

/** A finished run: two features by commands, and the notes of sessions that landed nothing. */
let night: TempRepo;
beforeAll(async () => {
  night = await tempRepo({
    'agentloop.config.json': JSON.stringify({
      judge: { checks: [{ name: 'words', command: '! grep -rq bad src', report: 'none' }] },
    }),
    'feature-list.json': `${JSON.stringify(
      {
        version: 1,
        spec: '',
        features: ['one', 'two', 'three'].map((word, n) =>
          feature(`F00${n + 1}`, { title: word, proof: 'command', verify: `grep -q ${word} src/a.txt` }),
        ),
      },
      null,
      2,
    )}\n`,
    'src/a.txt': 'zero\n',
  });
  const work = 'case $AGENTLOOP_FEATURE in F001) echo one >> src/a.txt;; F002) echo two >> src/a.txt;; esac';
  const ran = await agentloop(night.dir, 'run', '--name', 'night', '--brain', `command:${work}`);
  expect(ran.code, ran.err).toBe(10);
}, 60_000);
afterAll(() => night.remove());

/** A copy of it that a test may spoil: with all its records, or a clone that has only the branch. */
async function copy(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'verify-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  execFileSync('cp', ['-a', `${night.dir}/.`, dir]);
  return dir;
}
async function clone(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'verify-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true, maxRetries: 3 }));
  execFileSync('git', ['clone', '-q', '--single-branch', '-b', 'agentloop/night', night.dir, dir]);
  return dir;
}
const git = (cwd: string, ...args: readonly string[]) =>
  execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();

const accepted = ['accepted', 'accepted', 'accepted', true];
const notes = ['harness', null, null, true];

test('a run that was honest agrees with itself, commit by commit', async () => {
  const { code, out } = await agentloop(night.dir, 'verify', 'agentloop/night');
  expect(code, out).toBe(0);
  expect(out.replace(/\b[0-9a-f]{10}\b/g, '<commit>  ')).toMatchInlineSnapshot(`
    "  commit      recorded          now
    ✓ <commit>    accepted          accepted    F001: one
    ✓ <commit>    accepted          accepted    F002: two
    ✓ <commit>    notes of the run  -           agentloop: notes of sessions that landed nothing
    agentloop/night, run night: 2 of 3 commits judged again, all agree with what was recorded.
    "
  `);
  const data = await verify(night.dir);
  expect(told(data)).toEqual([accepted, accepted, notes]);
  expect(data).toMatchObject({ ledger: 'whole', agrees: true, run: 'night' });
});

test('every commit is run again: nothing that an earlier judge has seen is believed', async () => {
  const dir = await copy();
  const { evidence } = await verify(dir);
  const logs = readdirSync(evidence).filter((name) => name.endsWith('.log'));
  expect(logs.filter((name) => name.startsWith('base-')).length).toBe(2);
  expect(logs.filter((name) => /^F00[12]-/.test(name)).length).toBeGreaterThanOrEqual(6);
});

test('a clone that has only the branch will do, and says what it lacks', async () => {
  const dir = await clone();
  const data = await verify(dir);
  expect([data.code, data.ledger, told(data)]).toEqual([0, 'absent', [accepted, accepted, notes]]);
  const { out } = await agentloop(dir, 'verify', 'HEAD');
  expect(out).toContain('The run was not in this repository: no ledger and no evidence to compare with.');
});

test('work that was slipped into an accepted commit is refused now, and the ledger does not know it', async () => {
  const dir = await copy();
  git(dir, 'checkout', '-q', 'agentloop/night~1');
  await writeFile(join(dir, 'src/b.txt'), 'bad\n');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '--amend', '--no-edit');
  git(dir, 'branch', '-f', 'agentloop/night', 'HEAD');
  const data = await verify(dir);
  expect([data.code, data.agrees]).toEqual([14, false]);
  expect(told(data)).toEqual([accepted, ['accepted', 'accepted', 'refused', false]]);
  expect(data.commits[1]?.against).toEqual([
    'recorded as accepted, and refused now (check.failed)',
    'the ledger knows of no such landing',
    'its evidence is of another tree',
  ]);
});

test('commits by hand are named; those that change more than files of the harness do not agree', async () => {
  const dir = await clone();
  await writeFile(join(dir, 'progress.txt'), 'a word of mine\n');
  git(dir, 'commit', '-q', '-am', 'a note');
  await writeFile(join(dir, 'src/c.txt'), 'c\n');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'a change');
  const list = JSON.parse(await readFile(join(dir, 'feature-list.json'), 'utf8'));
  list.features[2].passes = true;
  await writeFile(join(dir, 'feature-list.json'), JSON.stringify(list, null, 2));
  git(dir, 'commit', '-q', '-am', 'agentloop: notes', '-m', 'Agentloop-Run: night');
  const data = await verify(dir);
  expect(data.code).toBe(14);
  expect(data.commits.slice(2).map(({ kind, against }) => [kind, against])).toEqual([
    ['harness', []],
    ['hand', []],
    ['hand', ['made by hand: no verdict speaks for src/c.txt']],
    ['harness', ['it makes F003 pass without a verdict']],
  ]);
});

test('a changed list, changed rules and a lie in the trailers are seen', async () => {
  const dir = await clone();
  const list = await readFile(join(dir, 'feature-list.json'), 'utf8');
  await writeFile(join(dir, 'feature-list.json'), list.replace('grep -q three', 'true || grep -q three'));
  await writeFile(join(dir, 'agentloop.config.json'), '{}\n');
  await writeFile(join(dir, 'src/a.txt'), 'zero\none\ntwo\n');
  const trailers = ['Agentloop-Run: night', 'Agentloop-Session: 9', 'Agentloop-Feature: F003'];
  git(dir, 'commit', '-q', '-am', 'F003: three', '-m', trailers.join('\n'));
  const { commits, code } = await verify(dir);
  expect(code).toBe(14);
  expect(commits.at(-1)?.against).toEqual([
    'it does not make F003 pass',
    'feature-list.json: F003: verify differs',
    'it changes agentloop.config.json, which no session may',
    'it names a feature and no verdict',
    expect.stringMatching(/^recorded as accepted, and refused now/),
  ]);
});

test('evidence and ledger that were changed afterwards do not agree', async () => {
  const dir = await copy();
  const run = join(dir, '.git/agentloop/runs/night');
  const file = join(run, 'evidence/F001-1-1.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"knownRed": 0', '"knownRed": 1'));
  const changed = await verify(dir);
  expect(changed.commits[0]?.against).toEqual([
    'no evidence has the hash of its trailer: it was changed, or is gone',
  ]);
  expect(changed.code).toBe(14);
  const ledger = join(run, 'events.jsonl');
  await writeFile(ledger, (await readFile(ledger, 'utf8')).replace('"claim":"done"', '"claim":"stuck"'));
  const broken = await verify(dir);
  expect([broken.code, broken.ledger, broken.agrees]).toEqual([14, 'broken', false]);
  expect((await agentloop(dir, 'verify', 'agentloop/night')).out).toContain(
    'The ledger cannot be believed: ',
  );
});

test('a judge that cannot see is no disagreement: exit 3', async () => {
  const dir = await clone();
  git(dir, 'checkout', '-q', '--detach', 'HEAD~3');
  await writeFile(
    join(dir, 'agentloop.config.json'),
    '{ "judge": { "checks": [{ "name": "x", "command": "no-such" }] } }\n',
  );
  git(dir, 'commit', '-q', '-am', 'broken rules');
  git(dir, 'cherry-pick', 'agentloop/night~2');
  const data = await verify(dir, 'HEAD');
  expect([data.code, data.commits[0]?.broken?.code]).toEqual([3, 'judge.check-missing']);
});

test('JUnit is well-formed, and Markdown has a row for each commit', async () => {
  const dir = await clone();
  await writeFile(join(dir, 'src/c.txt'), 'c\n');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'a | <change>');
  const { out } = await agentloop(dir, 'verify', 'HEAD', '--format', 'junit');
  expect(XMLValidator.validate(out)).toBe(true);
  const { testsuites } = new XMLParser({ ignoreAttributes: false }).parse(out);
  expect([testsuites['@_tests'], testsuites['@_failures']]).toEqual(['4', '1']);
  const page = await agentloop(dir, 'verify', 'HEAD', '--format', 'markdown');
  expect(page.out).toContain('## Not verified: HEAD\n');
  expect(page.out).toMatch(/\| `\w{10}` \| a \\\| \\<change\\> \| by hand \| - \| \*\*no\*\* \|/);
});

test.each([
  ['main~0', 'No commit of main~0 was made by a run of agentloop: none has the trailer Agentloop-Run.'],
  ['nope', 'There is no branch or commit called nope in this repository.'],
])('verify %s ends 2 with a sentence', async (branch, sentence) => {
  const ran = await agentloop(night.dir, 'verify', branch);
  expect([ran.code, ran.err]).toEqual([2, expect.stringContaining(sentence)]);
});
