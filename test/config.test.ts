import { describe, expect, test } from 'vitest';
import { Config, parseDuration } from '../src/config.ts';

describe('a duration', () => {
  test.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['2d', 172_800_000],
    ['24d', 2_073_600_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  // 25 days and more would make a timer of Node fire at once.
  test.each(['', '10', 'm', '-1m', '1 h', '0s', '0.1ms', '1w', '25d', '1h-5m', `${'9'.repeat(400)}d`])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

test('an empty file is a whole config', () => {
  const role = { limits: {}, fallback: {} };
  expect(Config.parse({})).toEqual({
    roles: { initializer: role, coder: role, examiner: role, evaluator: role, planner: role },
    judge: {
      checks: [],
      protect: [],
      timezone: 'UTC',
      allow: [],
      suspicions: 'report',
      mutants: { enabled: true, time: '60s', most: 10 },
      sealed: { refusals: 3 },
    },
    prepare: {
      outputs: [
        'node_modules',
        '.venv',
        'venv',
        'vendor',
        'vendor/bundle',
        'target',
        '.gradle',
        '_build',
        'deps',
      ],
      inputs: [],
      timeout: '20m',
    },
    limits: {
      allowUnknownCost: false,
      sessionTurns: 200,
      sessionTime: '1h',
      grace: '2s',
      idle: '10m',
      refusalsPerSession: 2,
      sessionsPerFeature: 3,
      noProgressSessions: 12,
      sameRefusals: 6,
      sameWork: 4,
      sameCrashes: 2,
      backoff: '1m',
      longestBackoff: '30m',
      unavailableTries: 10,
    },
    git: { branch: 'agentloop/{run}' },
    workspace: { maxFileBytes: 20_000_000, checkpointEvery: '5m', maxTotalBytes: 200_000_000 },
    fence: { mode: 'auto', readOnly: [], passEnv: [], passHome: [] },
    gates: { skip: [] },
    forge: { kind: 'auto', remote: 'origin', labels: ['agentloop'] },
    notify: { channels: [] },
  });
});

describe('names of the run branch', () => {
  const accepts = (branch: string): boolean => Config.safeParse({ git: { branch } }).success;

  test.each(['agentloop/{run}', '{run}', 'me/x-{run}', 'a.b/{run}_c'])('%s', (branch) => {
    expect(accepts(branch)).toBe(true);
  });

  test.each([
    'agentloop',
    '{run}/{run}',
    '/{run}',
    '{run}/',
    '-{run}',
    'a..b/{run}',
    'a//{run}',
    '{run}.lock',
    'x.lock/{run}',
    '.{run}',
    'a/.{run}',
    '{run}.',
    'a b/{run}',
    'a~{run}',
    '{run}\n',
  ])('%j is none', (branch) => {
    expect(accepts(branch)).toBe(false);
  });
});
