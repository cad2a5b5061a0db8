import { afterEach, beforeEach, expect, test } from 'vitest';
import { config } from '../../src/cli/commands/config.ts';
import { commands } from '../../src/cli/commands.ts';
import { configFlags, type Flags } from '../../src/cli/flags.ts';
import { loadConfig } from '../../src/project/config-file.ts';
import { options } from '../../src/project/config-names.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

let repo: TempRepo;
beforeEach(async () => {
  repo = await tempRepo();
  await repo.write({ 'agentloop.config.json': '{\n  "limits": {\n    "maxCost": 5\n  }\n}\n' });
});
afterEach(() => repo.remove());

test('every option stands there with its value, and with who set it when asked', async () => {
  const env = { AGENTLOOP_MAX_SESSIONS: '20', AGENTLOOP_MAX_COTS: '1' };
  const io = fakeIo({ cwd: repo.dir, env });
  expect(await config(io, { showOrigin: true })).toBe(0);
  const lines = io.out().trimEnd().split('\n');
  expect(lines).toHaveLength(options().length);
  expect(lines.find((line) => line.startsWith('limits.maxCost '))).toMatch(
    /^limits\.maxCost = 5 +# agentloop\.config\.json line 3$/,
  );
  expect(lines.find((line) => line.startsWith('limits.maxSessions '))).toMatch(
    / = 20 +# AGENTLOOP_MAX_SESSIONS$/,
  );
  expect(lines.find((line) => line.startsWith('limits.until '))).toMatch(/ = \(not set\) +# default$/);
  expect(io.err()).toBe(
    'agentloop: AGENTLOOP_MAX_COTS is set but means nothing to agentloop; did you mean AGENTLOOP_MAX_COST?\n',
  );
});

test('as JSON it is the config, or the config with its origins', async () => {
  const plain = fakeIo({ cwd: repo.dir });
  await config(plain, { json: true });
  expect(JSON.parse(plain.out())).toMatchObject({ limits: { maxCost: 5, sessionTurns: 200 } });
  const told = fakeIo({ cwd: repo.dir });
  await config(told, { json: true, showOrigin: true });
  expect(JSON.parse(told.out())).toMatchObject({
    config: { limits: { maxCost: 5 } },
    origins: { 'limits.maxCost': 'agentloop.config.json line 3', 'limits.idle': 'default' },
  });
});

/** The flags of `agentloop run` as commander reads them from these words. */
async function flagsOf(...argv: readonly string[]): Promise<Flags> {
  const page = commands(fakeIo(), '1.2.3', () => undefined);
  const run = page.commands.find((command) => command.name() === 'run');
  let flags: Flags = {};
  run?.action((given: Flags) => {
    flags = given;
  });
  await page.parseAsync(['run', ...argv], { from: 'user' });
  return flags;
}

test('the flags of run become options of the config, and nothing else does', async () => {
  const flags = await flagsOf(
    ...['--brain', 'command:./a.sh', '--max-cost', '2.5', '--allow-unknown-cost', '--max-sessions', '7'],
    ...['--max-duration', '1h30m', '--until', '07:30', '--session-turns', '9', '--session-cost', '0.5'],
    ...[
      '--session-time',
      '20m',
      '--fence',
      'none',
      '--pass-env',
      'A',
      '--pass-env',
      'B',
      '--pass-home',
      '.netrc',
    ],
    ...['--name', 'tonight', '--new', '--base', 'main', '--fail-on', 'needs-human', '--output', 'plain'],
  );
  const { config: effective, origins } = loadConfig({ flags: configFlags(flags) });
  expect(effective).toMatchObject({
    roles: { coder: { brain: 'command:./a.sh' }, initializer: { brain: 'command:./a.sh' } },
    limits: {
      maxCost: 2.5,
      allowUnknownCost: true,
      maxSessions: 7,
      maxDuration: '1h30m',
      until: '07:30',
      sessionTurns: 9,
      sessionCost: 0.5,
      sessionTime: '20m',
    },
    fence: { mode: 'none', passEnv: ['A', 'B'], passHome: ['.netrc'] },
  });
  expect(origins['limits.maxCost']).toBe('--max-cost');
  expect(configFlags(await flagsOf('--output', 'plain', '--name', 'x', '--new'))).toEqual({});
});

test('every flag that sets an option is declared on the page', async () => {
  const declared = commands(fakeIo(), '1', () => undefined)
    .commands.filter((command) => ['init', 'run'].includes(command.name()))
    .flatMap((command) => command.options.map((option) => option.long?.slice(2)));
  for (const flag of new Set(options().flatMap((option) => option.flag ?? [])))
    expect(declared).toContain(flag);
});

test('each bad value of a flag has its sentence', async () => {
  const table: readonly (readonly [string, string])[] = [
    ['--max-cost', 'five'],
    ['--max-cost', '-1'],
    ['--max-cost', '0'],
    ['--max-sessions', '1.5'],
    ['--max-sessions', '0'],
    ['--max-duration', '8'],
    ['--max-duration', 'soon'],
    ['--until', '7:30'],
    ['--until', '25:00'],
    ['--until', '07:61'],
    ['--session-turns', 'many'],
    ['--session-cost', '-0.1'],
    ['--session-time', '-1h'],
    ['--fence', 'docker'],
    ['--brain', 'gpt'],
    ['--effort', 'extreme'],
  ];
  const said = [];
  for (const [flag, value] of table) {
    const flags = await flagsOf(flag, value);
    try {
      loadConfig({ flags: configFlags(flags) });
      said.push(`${flag} ${value}: accepted`);
    } catch (error) {
      said.push(`${flag} ${value}: ${(error as Error).message} (${(error as { exit?: string }).exit})`);
    }
  }
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "--max-cost five: --max-cost: must be a number, not "five" (usage)
    --max-cost -1: --max-cost: must be more than 0, not -1 (usage)
    --max-cost 0: --max-cost: must be more than 0, not 0 (usage)
    --max-sessions 1.5: --max-sessions: must be a whole number, not 1.5 (usage)
    --max-sessions 0: --max-sessions: must be more than 0, not 0 (usage)
    --max-duration 8: --max-duration: must be a duration such as "90s", "10m" or "1h30m", at most 24 days, not "8" (usage)
    --max-duration soon: --max-duration: must be a duration such as "90s", "10m" or "1h30m", at most 24 days, not "soon" (usage)
    --until 7:30: --until: must be a time of day such as "07:30" or "07:30 Europe/Berlin", or an instant such as "2026-11-21T07:30+01:00", not "7:30" (usage)
    --until 25:00: --until: must be a time of day such as "07:30" or "07:30 Europe/Berlin", or an instant such as "2026-11-21T07:30+01:00", not "25:00" (usage)
    --until 07:61: --until: must be a time of day such as "07:30" or "07:30 Europe/Berlin", or an instant such as "2026-11-21T07:30+01:00", not "07:61" (usage)
    --session-turns many: --session-turns: must be a number, not "many" (usage)
    --session-cost -0.1: --session-cost: must be more than 0, not -0.1 (usage)
    --session-time -1h: --session-time: must be a duration such as "90s", "10m" or "1h30m", at most 24 days, not "-1h" (usage)
    --fence docker: --fence: must be one of "auto", "bubblewrap", "none", not "docker" (usage)
    --brain gpt: --brain: must be anthropic, claude, codex, gemini, opencode, copilot, qwen, acp:<shell command>, command:<shell command> or scripted:<file>, not "gpt" (usage)
    --effort extreme: --effort: must be one of "low", "medium", "high", "xhigh", "max", not "extreme" (usage)"
  `);
});
