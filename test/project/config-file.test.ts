import { describe, expect, test } from 'vitest';
import { Config } from '../../src/config.ts';
import { brainForms } from '../../src/config-brains.ts';
import { BugError, UserError } from '../../src/errors.ts';
import { type ConfigSources, loadConfig } from '../../src/project/config-file.ts';
import { envOfFlag, options } from '../../src/project/config-names.ts';

function sentenceOf(sources: ConfigSources): string {
  try {
    loadConfig(sources);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'accepted';
}

const json = (value: object): string => JSON.stringify(value, null, 2);

describe('who wins', () => {
  const file = json({
    limits: { maxCost: 1, maxSessions: 1, until: '01:00' },
    roles: { coder: { brain: 'command:file' } },
  });

  test('flags over variables over the file over the defaults, each told as the origin', () => {
    const { config, origins, warnings } = loadConfig({
      file,
      env: { AGENTLOOP_MAX_SESSIONS: '2', AGENTLOOP_MAX_COST: '2', AGENTLOOP_LIMITS_IDLE: '2m' },
      flags: { 'max-cost': '3.5', 'max-duration': undefined },
    });
    expect(config.limits).toMatchObject({
      maxCost: 3.5,
      maxSessions: 2,
      until: '01:00',
      idle: '2m',
      sessionTime: '1h',
    });
    expect(origins).toMatchObject({
      'limits.maxCost': '--max-cost',
      'limits.maxSessions': 'AGENTLOOP_MAX_SESSIONS',
      'limits.until': 'agentloop.config.json line 5',
      'limits.idle': 'AGENTLOOP_LIMITS_IDLE',
      'limits.sessionTime': 'default',
      'limits.maxDuration': 'default',
      'roles.coder.brain': 'agentloop.config.json line 9',
      'roles.initializer.brain': 'default',
    });
    expect(warnings).toEqual([]);
  });

  test('every option has an origin', () => {
    expect(Object.keys(loadConfig({}).origins)).toEqual(options().map((option) => option.path));
    expect(options().map((option) => option.path)).toContain('fence.passHome');
    expect(new Set(Object.values(loadConfig({}).origins))).toEqual(new Set(['default']));
  });

  test('--brain sets who works, in init and in run, and the long variable of one role is the more exact one', () => {
    const { config, origins } = loadConfig({
      file,
      env: { AGENTLOOP_BRAIN: 'command:short', AGENTLOOP_ROLES_CODER_BRAIN: 'command:long' },
    });
    expect(config.roles).toEqual({
      ...Config.parse({}).roles,
      initializer: { brain: 'command:short', limits: {}, fallback: {} },
      coder: { brain: 'command:long', limits: {}, fallback: {} },
    });
    expect(origins['roles.coder.brain']).toBe('AGENTLOOP_ROLES_CODER_BRAIN');
    expect(loadConfig({ file, flags: { brain: 'anthropic' } }).config.roles).toEqual({
      ...Config.parse({}).roles,
      initializer: { brain: 'anthropic', limits: {}, fallback: {} },
      coder: { brain: 'anthropic', limits: {}, fallback: {} },
    });
  });

  test('the key agentloop of package.json is a file, too', () => {
    const packageJson = `\uFEFF${json({ name: 'x', agentloop: { limits: { maxCost: 4 } } })}`;
    const { config, origins } = loadConfig({ packageJson });
    expect(config.limits.maxCost).toBe(4);
    expect(origins['limits.maxCost']).toBe('package.json line 5');
  });

  test('a manifest without that key is not looked at', () => {
    expect(sentenceOf({ packageJson: '{ broken' })).toBe('accepted');
    expect(sentenceOf({ packageJson: '{"dependencies": {"agentloop": "1"}}', file: '{}' })).toBe('accepted');
  });
});

describe('values of variables and flags take the type of their option', () => {
  test.each<[string, string, string, unknown]>([
    ['AGENTLOOP_LIMITS_MAX_COST', '1e2', 'limits.maxCost', 100],
    ['AGENTLOOP_ALLOW_UNKNOWN_COST', 'TRUE', 'limits.allowUnknownCost', true],
    ['AGENTLOOP_ALLOW_UNKNOWN_COST', '0', 'limits.allowUnknownCost', false],
    ['AGENTLOOP_PASS_ENV', 'A, B', 'fence.passEnv', ['A', 'B']],
    ['AGENTLOOP_PASS_ENV', '["A"]', 'fence.passEnv', ['A']],
    ['AGENTLOOP_PREPARE_OUTPUTS', 'x', 'prepare.outputs', ['x']],
    ['AGENTLOOP_MODEL', '1', 'roles.coder.model', '1'],
    ['AGENTLOOP_JUDGE_CHECKS', '[{"name":"a","command":"b"}]', 'judge.checks.0.command', 'b'],
    ['AGENTLOOP_MODEL', '', 'roles.coder.model', undefined],
  ])('%s=%s', (name, text, path, value) => {
    const { config } = loadConfig({ env: { [name]: text } });
    const got = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], config);
    expect(got).toEqual(value);
  });

  test('flags that are no texts are taken as they are', () => {
    const { config } = loadConfig({
      flags: { 'max-sessions': 3, 'allow-unknown-cost': true, 'pass-env': ['A', 'B'] },
    });
    expect(config.limits).toMatchObject({ maxSessions: 3, allowUnknownCost: true });
    expect(config.fence.passEnv).toEqual(['A', 'B']);
  });

  test('a flag that sets no option is our mistake', () => {
    expect(() => loadConfig({ flags: { output: 'tty' } })).toThrow(BugError);
    expect(() => loadConfig({ flags: { constructor: 'tty' } })).toThrow(BugError);
  });
});

describe('what is wrong is told with its place', () => {
  const check = { name: 'a', command: 'b' };

  test.each<[string, ConfigSources, string]>([
    [
      'broken JSON',
      { file: '{\n "limits": {,\n}' },
      'agentloop.config.json line 2, column 13: a value is expected.',
    ],
    ['an empty file', { file: '' }, 'agentloop.config.json is empty.'],
    ['a list', { file: '[]' }, 'agentloop.config.json line 1: must be an object, not a list'],
    [
      'a mistyped section',
      { file: '{"limit": {}}' },
      'agentloop.config.json line 1: unknown key "limit"; did you mean "limits"?',
    ],
    [
      'a mistyped option',
      { file: '{"limits":\n{"maxcost": 1}}' },
      'line 2: limits: unknown key "maxcost"; did you mean "maxCost"?',
    ],
    ['a strange option', { file: '{"git": {"push": true}}' }, 'git: unknown key "push"; known are branch'],
    [
      'a strange option of a check',
      { file: json({ judge: { checks: [{ ...check, cmd: 'x' }] } }) },
      'judge.checks[0] "a": unknown key "cmd"; known are name, command, report, timeout',
    ],
    ['null for a section', { file: '{"fence": null}' }, 'fence: must be an object, not null'],
    [
      'a cost in words',
      { file: '{"limits": {"maxCost": "5"}}' },
      'limits.maxCost: must be a number, not "5"',
    ],
    ['no money at all', { file: '{"limits": {"maxCost": 0}}' }, 'limits.maxCost: must be more than 0, not 0'],
    [
      'half a session',
      { file: '{"limits": {"maxSessions": 1.5}}' },
      'limits.maxSessions: must be a whole number, not 1.5',
    ],
    [
      'an odd duration',
      { file: '{"limits": {"idle": "10 min"}}' },
      'limits.idle: must be a duration such as "90s", "10m" or "1h30m", at most 24 days, not "10 min"',
    ],
    [
      'an odd time of day',
      { file: '{"limits": {"until": "24:00"}}' },
      'limits.until: must be a time of day such as "07:30" or "07:30 Europe/Berlin", or an instant such as "2026-11-21T07:30+01:00", not "24:00"',
    ],
    [
      'an unknown brain',
      { file: '{"roles": {"coder": {"brain": "gpt"}}}' },
      `roles.coder.brain: must be ${brainForms}, not "gpt"`,
    ],
    [
      'an unknown effort',
      { file: '{"roles": {"coder": {"effort": "max!"}}}' },
      'roles.coder.effort: must be one of "low", "medium", "high", "xhigh", "max", not "max!"',
    ],
    [
      'an unknown role',
      { file: '{"roles": {"codre": {}}}' },
      'roles: unknown key "codre"; did you mean "coder"?',
    ],
    [
      'an unknown fence',
      { file: '{"fence": {"mode": "docker"}}' },
      'fence.mode: must be one of "auto", "bubblewrap", "none", not "docker"',
    ],
    [
      'an unknown report',
      { file: json({ judge: { checks: [{ ...check, report: 'phpunit' }] } }) },
      'judge.checks[0] "a": report: must be auto, node-test, vitest,',
    ],
    [
      'a check without command',
      { file: json({ judge: { checks: [{ name: 'a' }] } }) },
      'judge.checks[0] "a": command: is missing; it must be a string',
    ],
    [
      'two checks of one name',
      { file: json({ judge: { checks: [check, check] } }) },
      'judge.checks: must be checks whose names differ from each other, not a list',
    ],
    [
      'an odd time zone',
      { file: '{"judge": {"timezone": "Mars/Base"}}' },
      'judge.timezone: must be a time zone such as "UTC" or "Europe/Berlin", not "Mars/Base"',
    ],
    [
      'an output outside',
      { file: '{"prepare": {"outputs": ["a/../../b"]}}' },
      'prepare.outputs[0]: must be a path below the top of the repository, such as "node_modules", not "a/../../b"',
    ],
    [
      'an absolute output',
      { file: '{"prepare": {"outputs": ["/usr"]}}' },
      'prepare.outputs[0]: must be a path below the top',
    ],
    [
      'a branch without run',
      { file: '{"git": {"branch": "main"}}' },
      'git.branch: must be a branch name with {run} in it once, such as "agentloop/{run}", not "main"',
    ],
    [
      'an odd variable',
      { file: '{"fence": {"passEnv": ["A=B"]}}' },
      'fence.passEnv[0]: must be the name of an environment variable, not "A=B"',
    ],
    [
      'a key twice',
      { file: '{"limits": {}, "limits": {}}' },
      'agentloop.config.json line 1, column 16: the key "limits" stands twice in one object.',
    ],
    [
      'several things',
      { file: '{"limit": 1,\n"git": {"branch": "x"}}' },
      'agentloop.config.json has 2 problems:\n  line 1: unknown key "limit"; did you mean "limits"?\n  line 2: git.branch',
    ],
    [
      'both files',
      { file: '{}', packageJson: '{"agentloop": {}}' },
      'Both agentloop.config.json and the key "agentloop" of package.json configure agentloop.',
    ],
    [
      'a manifest with a wrong config',
      { packageJson: '{"name": "x",\n"agentloop": {"limits": {"maxCost": -1}}}' },
      'package.json line 2: agentloop.limits.maxCost: must be more than 0, not -1',
    ],
    [
      'a manifest whose config is a text',
      { packageJson: '{"agentloop": "x"}' },
      'package.json line 1: agentloop: must be an object, not "x"',
    ],
    [
      'a manifest with a mistyped option',
      { packageJson: '{"agentloop": {"limts": {}}}' },
      'package.json line 1: agentloop: unknown key "limts"; did you mean "limits"?',
    ],
    [
      'a broken manifest that has the key',
      { packageJson: '{"agentloop": {}' },
      'package.json line 1, column 17: a closing } is missing.',
    ],
    [
      'a wrong variable',
      { env: { AGENTLOOP_MAX_COST: 'five' } },
      'AGENTLOOP_MAX_COST: must be a number, not "five"',
    ],
    [
      'a wrong long variable',
      { env: { AGENTLOOP_LIMITS_IDLE: '5' } },
      'AGENTLOOP_LIMITS_IDLE: must be a duration such as',
    ],
    [
      'a wrong truth',
      { env: { AGENTLOOP_ALLOW_UNKNOWN_COST: 'maybe' } },
      'AGENTLOOP_ALLOW_UNKNOWN_COST: must be true or false, not "maybe"',
    ],
    [
      'a wrong entry',
      { env: { AGENTLOOP_PASS_ENV: 'A,1B' } },
      'AGENTLOOP_PASS_ENV[1]: must be the name of an environment variable, not "1B"',
    ],
    [
      'checks in words',
      { env: { AGENTLOOP_JUDGE_CHECKS: 'npm test' } },
      'AGENTLOOP_JUDGE_CHECKS: must be a list, not "npm test"',
    ],
    [
      'a wrong flag',
      { flags: { until: '7:30' } },
      '--until: must be a time of day such as "07:30" or "07:30 Europe/Berlin", or an instant such as "2026-11-21T07:30+01:00", not "7:30"',
    ],
    [
      'a wrong flag for all roles, told once',
      { flags: { brain: 'x' } },
      `--brain: must be ${brainForms}, not "x"`,
    ],
  ])('%s', (_, sources, sentence) => {
    const told = sentenceOf(sources);
    expect(told).toContain(sentence);
    if (sources.flags || sources.env) expect(told.split('\n')).toHaveLength(1);
  });

  test('wrong variables and flags are told together', () => {
    expect(sentenceOf({ env: { AGENTLOOP_MAX_COST: 'x' }, flags: { until: 'y' } }).split('\n')).toHaveLength(
      2,
    );
  });
});

describe('variables that mean nothing', () => {
  test('are a warning, with the one that was meant; their values are not shown', () => {
    const { warnings } = loadConfig({
      env: { AGENTLOOP_MAXCOST: 'secret', AGENTLOOP_ZZZZZZ: 'secret', MAX_COST: '1' },
    });
    expect(warnings).toEqual([
      'AGENTLOOP_MAXCOST is set but means nothing to agentloop; did you mean AGENTLOOP_MAX_COST?',
      'AGENTLOOP_ZZZZZZ is set but means nothing to agentloop.',
    ]);
  });

  test('those we set for a brain are known', () => {
    const ours = ['BRIEF', 'OUTCOME', 'FEATURE', 'ROLE', 'SESSION', 'RUN_ID'].map((name) => [
      `AGENTLOOP_${name}`,
      'x',
    ]);
    expect(loadConfig({ env: Object.fromEntries(ours) }).warnings).toEqual([]);
  });

  test('no two options share a name, and none has a name we set for brains', () => {
    const long = options().map((option) => option.env);
    const short = [
      ...new Set(options().flatMap(({ flag }) => (flag === undefined ? [] : [envOfFlag(flag)]))),
    ];
    // A section of one word and a flag may coincide only where they are the same option.
    const all = [...long, ...short];
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
    for (const name of ['BRIEF', 'OUTCOME', 'FEATURE', 'ROLE', 'SESSION', 'RUN_ID'])
      expect(all).not.toContain(`AGENTLOOP_${name}`);
  });
});
