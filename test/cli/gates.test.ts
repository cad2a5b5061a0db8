import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/cli/diagnosis.ts';
import { type Before, type Gate, gates, refuseRedGates } from '../../src/cli/gates.ts';
import { Config, type ConfigInput, gateNames } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import { openRepository } from '../../src/workspace/repository.ts';
import { type FakeIoOptions, fakeIo } from '../helpers/fake-io.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';

let repo: TempRepo;
beforeAll(async () => {
  repo = await tempRepo({ a: 'a' });
});
afterAll(() => repo.remove());

const fence: Before['fence'] = { mode: 'bubblewrap', holes: [] };
const noFence: Before['fence'] = { mode: 'none', why: 'bwrap is not installed', holes: [] };
const onTerminal = () => ({ terminal: true, parent: 7 });

async function before(config: ConfigInput = {}, more: Partial<Before> = {}): Promise<Before> {
  const origins = Object.fromEntries(Object.keys(config.fence ?? {}).map((key) => [`fence.${key}`, 'file']));
  return {
    repo: await openRepository(repo.dir),
    config: Config.parse(config),
    origins,
    fence,
    by: 'ada@desk',
    ...more,
  };
}

async function gate(name: Gate, io: FakeIoOptions, known: Before): Promise<Finding | undefined> {
  return (await gates(fakeIo(io), known)).find((finding) => finding.name === name);
}

const ci = { env: { CI: 'true' } };
const channel: ConfigInput = { notify: { channels: [{ kind: 'slack', urlEnv: 'HOOK' }] } };
const table: readonly [
  Gate,
  string,
  FakeIoOptions,
  Partial<Before>,
  ConfigInput,
  Finding['state'],
  string,
][] = [
  ['persists', 'a bare terminal', { ties: onTerminal }, {}, {}, 'warn', 'when this terminal closes'],
  ['persists', 'tmux', { ties: onTerminal, env: { TMUX: '/tmp/x' } }, {}, {}, 'ok', 'kept by tmux'],
  ['persists', 'nohup', { ties: onTerminal, nohup: true }, {}, {}, 'ok', 'kept by nohup'],
  ['persists', 'a service', { env: { INVOCATION_ID: '1' } }, {}, {}, 'ok', 'kept by service'],
  ['persists', 'CI', ci, {}, {}, 'ok', 'as long as the CI job'],
  ['owner', 'a person', {}, {}, {}, 'ok', 'ada@desk'],
  ['owner', 'CI for somebody', { env: { CI: '1', GITHUB_ACTOR: 'ada' } }, {}, {}, 'ok', 'ada (as'],
  ['owner', 'CI for nobody', ci, {}, {}, 'warn', 'for whom nowhere'],
  ['identity', 'git knows it', {}, {}, {}, 'ok', 'Test Person'],
  ['reach', 'a fence', {}, {}, {}, 'ok', 'fence bubblewrap'],
  [
    'reach',
    'what brains are given',
    {},
    {},
    { fence: { passEnv: ['KEY'], passHome: ['.claude'] } },
    'ok',
    'variables KEY and ~/.claude',
  ],
  ['reach', 'no fence, a person knows', {}, { fence: noFence }, {}, 'warn', 'fence none'],
  ['reach', 'no fence in CI', ci, { fence: noFence }, {}, 'fail', 'fence none'],
  [
    'reach',
    'no fence in CI, as asked',
    ci,
    { fence: noFence },
    { fence: { mode: 'none' } },
    'warn',
    'fence none',
  ],
  ['reach', 'a fence with holes', {}, { fence: { mode: 'bubblewrap', holes: ['x'] } }, {}, 'warn', 'holes'],
  ['asked', 'a person at a terminal', { tty: true }, {}, {}, 'ok', 'exit code 12'],
  ['asked', 'nobody looks, and nobody is told', {}, {}, {}, 'warn', 'exit code 12'],
  ['asked', 'a channel', { env: { HOOK: 'x' } }, {}, channel, 'ok', 'questions go to slack (HOOK)'],
  ['asked', 'a channel whose variable is not set', {}, {}, channel, 'warn', 'exit code 12'],
  ['trail', 'a machine that stays', {}, {}, {}, 'ok', 'agentloop/runs'],
  ['trail', 'CI', ci, {}, {}, 'warn', 'goes with this machine'],
];

test.each(table)('gate %s, %s', async (name, _, io, more, config, state, what) => {
  const found = await gate(name, io, await before(config, more));
  expect(found).toMatchObject({ state, gate: true, what: expect.stringContaining(what) });
});

test('gate identity is yellow where git knows nobody', async () => {
  const known = await before();
  const nobody = { ...known.repo.user, identity: async () => undefined };
  expect(await gate('identity', {}, { ...known, repo: { ...known.repo, user: nobody } })).toMatchObject({
    state: 'warn',
    what: expect.stringContaining('agentloop@localhost'),
  });
});

test.skipIf(process.getuid?.() === 0)('gate trail is red where no ledger can be written', async () => {
  const known = await before();
  mkdirSync(known.repo.stateDir);
  chmodSync(known.repo.stateDir, 0o500);
  expect(await gate('trail', {}, known)).toMatchObject({ state: 'fail' });
  chmodSync(known.repo.stateDir, 0o700);
});

describe('a red gate', () => {
  const refused = async (io: FakeIoOptions, config: ConfigInput = {}) => {
    const said: string[] = [];
    const known = await before(config, { fence: noFence });
    const error = await refuseRedGates(fakeIo(io), known, (text) => said.push(text)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { error, said };
  };

  test('stops a run that nobody looks at, and says how to go on', async () => {
    const { error } = await refused(ci);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^Nobody looks at this run, and a gate is red\. reach: fence none/),
      help: expect.stringMatching(/bwrap is not installed\n.*--skip-gate reach/),
      exit: 'cannot-start',
    });
  });

  test('does not where it was skipped by name, which is said', async () => {
    const { error, said } = await refused(ci, { gates: { skip: ['reach'] } });
    expect([error, said]).toEqual([undefined, [expect.stringMatching(/^gate reach: .* \(skipped\)$/)]]);
    expect((await refused(ci, { gates: { skip: ['owner'] } })).error).toBeInstanceOf(UserError);
  });

  test('is none outside of CI, with a terminal or without', async () => {
    expect((await refused({})).error).toBeUndefined();
    expect((await refused({ tty: true })).error).toBeUndefined();
  });
});

test('docs/unattended.md has a row for each gate, and names each way a run ends with what it hangs on', () => {
  const page = readFileSync('docs/unattended.md', 'utf8');
  for (const name of gateNames)
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\| .+ \\| .+ \\| .+ \\|$`, 'm'));
  for (const word of ['nohup', 'tmux', 'setsid', 'SIGHUP', '--orphans', 'limits.grace'])
    expect(page).toContain(word);
});
