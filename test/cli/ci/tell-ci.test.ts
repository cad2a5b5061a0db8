import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { annotationsOf } from '../../../src/cli/ci/annotations.ts';
import { now as nowLines, stepSummary } from '../../../src/cli/ci/step-summary.ts';
import { isForLackOfTime, tellCi } from '../../../src/cli/ci/tell-ci.ts';
import { annotationLine } from '../../../src/cli/ci/workflow-command.ts';
import { writeOutputs } from '../../../src/cli/ci/write-outputs.ts';
import { program } from '../../../src/cli/program.ts';
import { Config } from '../../../src/config.ts';
import { outputsOf } from '../../helpers/actions/runner.ts';
import { fakeIo } from '../../helpers/fake-io.ts';
import { longNight } from '../../helpers/long-night.ts';
import { nightFeatures, wholeNight } from '../../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../../helpers/repo-with-run.ts';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

const actions = () => {
  const files = { GITHUB_OUTPUT: join(repo.dir, 'output'), GITHUB_STEP_SUMMARY: join(repo.dir, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, 'KEPT=1\n');
  return { GITHUB_ACTIONS: 'true', ...files };
};
const list = `${JSON.stringify({ version: 1, features: nightFeatures }, null, 2)}\n`;

describe('what a job is told of a run', () => {
  it('outputs, a summary and annotations on GitHub; a dotenv file on GitLab; nothing elsewhere', async () => {
    const story = wholeNight();
    await repo.addRun(story, nightFeatures);
    writeFileSync(join(repo.dir, 'feature-list.json'), list);
    const said: string[] = [];
    const told: string[] = [];
    const runner = {
      say: (lines: readonly string[]) => void told.push(...lines),
      hearAgain: () => undefined,
    };
    const tell = (env: Record<string, string>) =>
      tellCi(
        { ...fakeIo({ cwd: repo.dir, env, now: () => story.now() }), runner },
        story.run,
        Config.parse({}),
        (text) => said.push(text),
      );
    const env = actions();
    await tell(env);
    expect(said).toEqual([]);
    const outputs = outputsOf(readFileSync(env.GITHUB_OUTPUT, 'utf8'));
    expect(outputs).toMatchObject({ KEPT: '1', status: 'needs-human', resume: 'false', run: story.run });
    for (const name of ['accepted', 'remaining', 'cost']) expect(outputs[name]).toMatch(/^[\d.]+$/);
    const summary = readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8');
    expect(summary).toMatch(/^KEPT=1\n## agentloop\n\n(\* .+\n){3,5}\n/);
    expect(told.length).toBeGreaterThan(1);
    for (const line of told)
      expect(line).toMatch(/^::(error|warning|notice) file=feature-list\.json,line=\d+,title=[^,:]+::\S/);

    await tell({ GITLAB_CI: 'true', CI_PROJECT_DIR: repo.dir });
    const dotenv = readFileSync(join(repo.dir, 'agentloop.env'), 'utf8');
    expect(dotenv).toContain('CI_AGENTLOOP_STATUS=needs-human\n');
    expect(dotenv).toMatch(/^(CI_AGENTLOOP_[A-Z_]+=[\w./:@+,=-]*\n)+$/);
    const before = readFileSync(env.GITHUB_OUTPUT, 'utf8');
    await tell({ ...env, GITHUB_ACTIONS: '' });
    expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toBe(before);
    await tell({ GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: join(repo.dir, 'no/such/folder') });
    expect(said).toEqual([expect.stringContaining('could not be written')]);
  });

  it('a value with lines and ends of its own stays one value, for a shell too', async () => {
    const { GITHUB_OUTPUT, ...env } = actions();
    const value = 'a\nEOF\nstatus=complete\nend_0\n$(touch x); `id`';
    expect(await writeOutputs({ ...env, GITHUB_OUTPUT }, { branch: value })).toBeUndefined();
    expect(outputsOf(readFileSync(GITHUB_OUTPUT, 'utf8'))).toEqual({ KEPT: '1', branch: value });
    await writeOutputs({ GITLAB_CI: 'true', CI_PROJECT_DIR: repo.dir }, { branch: value });
    expect(readFileSync(join(repo.dir, 'agentloop.env'), 'utf8')).toBe(
      'CI_AGENTLOOP_BRANCH=a_EOF_status=complete_end_0___touch_x____id_\n',
    );
  });

  it('an annotation is one line whatever it says, and cannot become a second command', () => {
    const line = annotationLine({
      level: 'error',
      title: 'a, b: 100%\n::error::x',
      file: 'a,b:c.json',
      line: 3,
      text: '50%\r\n::set-output name=x::y',
    });
    expect(line.split('\n')).toHaveLength(1);
    expect(line).toMatch(/^::error file=a%2Cb%3Ac\.json,line=3,title=a%2C b%3A 100%25/);
    expect(line).toContain('::50%25');
    const packet = longNight();
    const many = Array.from({ length: 30 }, () => packet.refusedClaims).flat();
    const found = annotationsOf({ ...packet, refusedClaims: many }, '', 'feature-list.json');
    for (const level of ['error', 'warning', 'notice'])
      expect(found.filter((one) => one.level === level).length).toBeLessThanOrEqual(10);
  });

  it('the summary says in five lines at most what there is to do, and stays small', () => {
    const packet = longNight();
    expect(nowLines(packet).length).toBeLessThanOrEqual(5);
    expect(nowLines(packet).join('\n')).toMatch(/\*\*Answer\*\*|\*\*Decide\*\*/);
    expect(Buffer.byteLength(stepSummary(packet))).toBeLessThan(200_000);
    const [first] = packet.notDone;
    if (first === undefined) throw new Error('the night has open ends');
    const huge = { ...packet, notDone: [{ ...first, is: 'waiting' as const, why: 'ü'.repeat(500_000) }] };
    expect(Buffer.byteLength(stepSummary(huge))).toBeLessThan(200_000);
  });
});

test('all that is printed on GitHub Actions stands where the runner hears no command, with a new word each time', async () => {
  const words = await Promise.all(
    [1, 2].map(async () => {
      const io = fakeIo({ argv: ['nonsense::x'], cwd: repo.dir, env: { GITHUB_ACTIONS: 'true' } });
      expect(await program(io, '1')).toBe(2);
      const [first = '', ...lines] = io.err().trimEnd().split('\n');
      const [, word] = /^::stop-commands::([0-9a-f]{48})$/.exec(first) ?? [];
      expect(lines.pop()).toBe(`::${word}::`);
      expect(lines.join('\n')).toContain('nonsense');
      return word;
    }),
  );
  expect(new Set(words).size).toBe(2);
});

test.each([
  ['only a time', { maxDuration: '5h' }, 5, true],
  ['the hour came first', { maxDuration: '5h', until: '06:30 UTC' }, 6.5, false],
  ['the time came first', { maxDuration: '5h', until: '06:30 UTC' }, 6.25, true],
  ['an instant', { maxDuration: '5h', until: '2026-11-20T06:30Z' }, 6.5, false],
  ['only an hour', { until: '06:30 UTC' }, 6.5, false],
] as const)('whether another job is to go on: %s', (_, limits, hour, goesOn) => {
  const ended = Date.parse('2026-11-20T00:00Z') + hour * 3_600_000;
  expect(isForLackOfTime(ended, Config.parse({ limits }).limits)).toBe(goesOn);
});
