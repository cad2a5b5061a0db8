import { appendFileSync, existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AcpLaunch } from '../../../src/brain/acp/launch.ts';
import { copilotLaunch } from '../../../src/brain/agents/copilot.ts';
import { geminiLaunch } from '../../../src/brain/agents/gemini.ts';
import { opencodeLaunch } from '../../../src/brain/agents/opencode.ts';
import type { OverAcpDeps } from '../../../src/brain/agents/over-acp.ts';
import { qwenLaunch } from '../../../src/brain/agents/qwen.ts';
import type { Assignment, BrainEvent } from '../../../src/brain/brain.ts';
import { type PlainWorkspace, plainWorkspace } from '../../helpers/plain-workspace.ts';
import { played, type Step } from '../acp/played.ts';
import { assignmentIn, eventsOf, refusal } from '../assignment.ts';

let folder: string;
let workspace: PlainWorkspace;
let assignment: Assignment;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'over-acp-')));
  workspace = await plainWorkspace({ 'README.md': 'hello\n' });
  assignment = await assignmentIn(workspace, folder);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

const launches = { gemini: geminiLaunch, opencode: opencodeLaunch, copilot: copilotLaunch, qwen: qwenLaunch };
type Name = keyof typeof launches;

function launchOf(name: Name, change: Partial<OverAcpDeps> = {}): AcpLaunch {
  return launches[name]({
    program: { file: `/opt/${name}/bin/${name}`, needs: [`/opt/${name}`] },
    lent: { env: {}, files: [] },
    home: join(folder, 'home'),
    passEnv: {},
    passHome: [],
    model: undefined,
    effort: undefined,
    ...change,
  });
}

describe('what was recorded of', () => {
  const tokens = (inputTokens: number, outputTokens: number, cacheReadTokens: number) => ({
    inputTokens,
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens: 0,
  });
  /** What a round of two calls with 1000 + 20 tokens each, 100 of them cached, is told to have used. */
  const expected: Record<Name, readonly object[]> = {
    gemini: [{ usage: tokens(2000, 40, 0), model: 'gemini-2.5-pro' }],
    // The last call of a round only; the money is that of both.
    opencode: [{ usage: tokens(900, 20, 100), usd: 0.00202 }],
    copilot: [{ usage: tokens(1800, 40, 200) }],
    qwen: [{ usage: tokens(900, 20, 100) }, { usage: tokens(900, 20, 100) }],
  };

  describe.each(Object.keys(launches) as Name[])('%s', (name) => {
    const brainOf = async (...cases: readonly string[]) => {
      const file = join(import.meta.dirname, '../../fixtures/acp', `${name}.json`);
      const recorded = JSON.parse(await readFile(file, 'utf8')) as { cases: Record<string, readonly Step[]> };
      const { command: _, env: __, readOnly: ___, ...launch } = launchOf(name);
      return await played(
        cases.map((one) => recorded.cases[one] ?? []),
        folder,
        launch,
      );
    };
    const spent = (events: readonly BrainEvent[]) => events.filter(({ type }) => type === 'spent');

    test('an honest round, then one that goes on in the same conversation', async () => {
      const { brain, heard } = await brainOf('ok', 'load');
      const first = await eventsOf(brain, assignment);
      expect(first.at(-1)).toEqual({ type: 'finished', claim: 'done', handoff: {} });
      expect(spent(first)).toMatchObject(expected[name]);
      const second = await eventsOf(brain, { ...assignment, refusal: refusal(1) });
      expect(second.at(-1)).toMatchObject({ type: 'finished' });
      expect(spent(second).map((one) => ('usage' in one ? one.usage : one))).toEqual(
        spent(first).map((one) => ('usage' in one ? one.usage : one)),
      );
      const prompts = (await heard()).filter(({ method }) => method === 'session/prompt');
      expect(prompts[1]).toMatchObject({ params: { prompt: [{ text: refusal(1).text }] } });
      const types = assignment.transcript.entries.map(({ type }) => type);
      expect(types.filter((type) => ['acp.tool', 'acp.gave', 'acp.said'].includes(type)).slice(-3)).toEqual([
        'acp.tool',
        'acp.gave',
        'acp.said',
      ]);
    });

    test('a key that is none is for a person', async () => {
      const { brain } = await brainOf('401');
      expect((await eventsOf(brain, assignment)).at(-1)).toMatchObject({
        type: 'failed',
        failure: { kind: 'fatal', help: expect.stringMatching(/log in/i) },
      });
    });

    test.runIf(name === 'gemini')('a quota that comes back is waited for', async () => {
      const { brain } = await brainOf('quota');
      expect((await eventsOf(brain, assignment)).at(-1)).toMatchObject({ failure: { kind: 'unavailable' } });
    });

    test.runIf(name === 'copilot')('a quota that somebody must pay for is for a person', async () => {
      const { brain } = await brainOf('quota');
      expect((await eventsOf(brain, assignment)).at(-1)).toMatchObject({ failure: { kind: 'fatal' } });
    });

    test('asked to stop in the middle of a tool it stops', async () => {
      const { brain, heard } = await brainOf('cancel');
      const stop = new AbortController();
      let last: BrainEvent | undefined;
      for await (const event of brain.work(assignment, stop.signal)) {
        last = event;
        if (event.type === 'activity') stop.abort();
      }
      expect(last).toMatchObject({ failure: { kind: 'interrupted' } });
      expect((await heard()).map(({ method }) => method)).toContain('session/cancel');
    });
  });
});

describe('how each is started', () => {
  const run = async (launch: AcpLaunch): Promise<void> => {
    const finished = await workspace.exec(launch.command, {
      timeoutMs: 10_000,
      env: { ...launch.env, AGENTLOOP_MCP: '/out/mcp.json' },
    });
    expect(finished).toMatchObject({ code: 0 });
  };
  /** A program that shows how it was called. */
  const shown = async (change: Partial<OverAcpDeps> = {}) => {
    const file = join(folder, 'program');
    await writeFile(file, '#!/bin/sh\nfor word in "$@"; do echo "[$word]"; done > words\nenv > variables\n', {
      mode: 0o755,
    });
    return { program: { file, needs: [] }, ...change };
  };

  test.each([
    ['gemini', '[--acp]\n[--skip-trust]\n[-m]\n[a model]\n', 'GEMINI_CLI_NO_RELAUNCH=true'],
    ['opencode', '[acp]\n', 'OPENCODE_DISABLE_AUTOUPDATE=1'],
    [
      'copilot',
      '[--acp]\n[--no-auto-update]\n[--model]\n[a model]\n[--reasoning-effort]\n[high]\n[--additional-mcp-config]\n[@/out/mcp.json]\n',
      'COPILOT_AUTO_UPDATE=false',
    ],
    ['qwen', '[--acp]\n[-m]\n[a model]\n', 'MINE=1'],
  ] as const)('%s: its words, its variables and those that are lent', async (name, words, variable) => {
    const launch = launchOf(
      name,
      await shown({
        lent: { env: { ITS_KEY: 'k' }, files: [] },
        passEnv: { MINE: '1' },
        model: 'a model',
        effort: 'high',
      }),
    );
    await run(launch);
    expect(await workspace.read('words')).toBe(words);
    expect((await workspace.read('variables')).split('\n')).toEqual(
      expect.arrayContaining([variable, 'ITS_KEY=k', 'MINE=1']),
    );
    const byWords = name === 'copilot';
    expect(launch.choose?.effort).toBe(byWords ? undefined : 'high');
    expect(launch.choose?.model).toBe(name === 'opencode' ? 'a model' : undefined);
  });

  const settings = (name: Name) => join(workspace.root, 'home', `.${name}/settings.json`);

  test.each([
    [{ GEMINI_API_KEY: 'k' }, 'gemini-api-key'],
    [{ GOOGLE_API_KEY: 'k' }, 'vertex-ai'],
    [{ GEMINI_API_KEY: 'k', GOOGLE_GENAI_USE_VERTEXAI: 'true' }, 'vertex-ai'],
  ])('gemini is told how it is logged in: %j', async (env, selectedType) => {
    await run(launchOf('gemini', await shown({ lent: { env, files: [] } })));
    expect(JSON.parse(await readFile(settings('gemini'), 'utf8'))).toMatchObject({
      security: { auth: { selectedType } },
      privacy: { usageStatisticsEnabled: false },
    });
  });

  test('settings of the user’s own are copied and not replaced', async () => {
    for (const name of ['gemini', 'qwen'] as const) {
      const own = join(folder, 'home', `.${name}`, 'settings.json');
      await mkdir(join(own, '..'), { recursive: true });
      await writeFile(own, '{"mine":true}');
      const launch = launchOf(name, await shown({ lent: { env: { OPENAI_API_KEY: 'k' }, files: [own] } }));
      expect(launch.readOnly).toContain(own);
      await run(launch);
      expect(await readFile(settings(name), 'utf8')).toBe('{"mine":true}');
      expect(await workspace.read('words')).not.toContain('auth-type');
    }
  });

  test('qwen is told that it is logged in by key where nothing else says how', async () => {
    await run(launchOf('qwen', await shown({ lent: { env: { OPENAI_API_KEY: 'k' }, files: [] } })));
    expect(await workspace.read('words')).toContain('[--auth-type]\n[openai]\n');
    expect(JSON.parse(await readFile(settings('qwen'), 'utf8'))).toMatchObject({
      telemetry: { enabled: false },
    });
  });

  test('opencode asks before it changes anything, shares nothing, and has the user’s configuration', () => {
    const configOf = (given: string) =>
      launchOf('opencode', { lent: { env: { OPENCODE_CONFIG_CONTENT: given }, files: [] } }).env[
        'OPENCODE_CONFIG_CONTENT'
      ];
    expect(JSON.parse(configOf('{"model":"a/b","share":"auto"}') ?? '')).toEqual({
      model: 'a/b',
      share: 'disabled',
      autoupdate: false,
    });
    expect(configOf('// not JSON')).toBe('// not JSON');
    expect(JSON.parse(launchOf('opencode').env['OPENCODE_PERMISSION'] ?? '')).toEqual({
      edit: 'ask',
      bash: 'ask',
    });
  });

  test('a conversation of qwen is kept when the last message of the round stands in its file', async () => {
    const chats = join(workspace.root, 'home/.qwen/projects/-tree/chats');
    await mkdir(chats, { recursive: true });
    const file = join(chats, 's1.jsonl');
    const line = (at: string, type: string, part: object) =>
      `${JSON.stringify({ uuid: at, parentUuid: 'x', sessionId: 's1', timestamp: `2026-11-20T22:${at}Z`, type, message: { parts: [part] } })}\n`;
    const command = launchOf('qwen').untilKept?.('s1', '2026-11-20T22:02:00.000Z') ?? '';
    const isKept = async () => (await workspace.exec(command, { timeoutMs: 300 })).code === 0;
    expect(await isKept()).toBe(false);
    const round1 = [
      line('01:00.000', 'user', { text: 'do' }),
      line('01:01.000', 'assistant', { text: 'did' }),
    ];
    await writeFile(file, round1.join(''));
    expect(await isKept()).toBe(false);
    await appendFile(file, line('02:01.000', 'user', { text: '"type":"assistant"' }));
    expect(await isKept()).toBe(false);
    await appendFile(file, line('02:02.000', 'assistant', { functionCall: { args: { type: 'user' } } }));
    expect(await isKept()).toBe(false);
    const writes = setTimeout(
      () => appendFileSync(file, line('02:03.000', 'assistant', { text: 'done' })),
      100,
    );
    expect((await workspace.exec(command, { timeoutMs: 10_000 })).code).toBe(0);
    clearTimeout(writes);
    await appendFile(file, line('02:04.000', 'system', {}));
    expect(await isKept()).toBe(true);
  });

  test('a conversation of gemini is found again in the minute in which it began', async () => {
    const chats = join(workspace.root, 'home/.gemini/tmp/tree/chats');
    const launch = launchOf('gemini', await shown());
    await mkdir(chats, { recursive: true });
    await writeFile(join(chats, 'session-2026-11-20T20-58-2c5c4301.jsonl'), 'all of it\n');
    await run(launch);
    const kept = join(chats, 'session-2000-01-01T00-00-2c5c4301.jsonl');
    expect(await readFile(kept, 'utf8')).toBe('all of it\n');
    await writeFile(join(chats, 'session-2026-11-20T20-58-2c5c4301.jsonl'), 'begun anew\n');
    await run(launch);
    expect(await readFile(kept, 'utf8')).toBe('all of it\n');
    expect(await readdir(chats)).toHaveLength(1);
    expect(existsSync(settings('gemini'))).toBe(true);
  });
});
