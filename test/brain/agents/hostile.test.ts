import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClaudeListener } from '../../../src/brain/agents/claude-stream.ts';
import { CodexListener } from '../../../src/brain/agents/codex-stream.ts';
import type { Assignment, BrainEvent } from '../../../src/brain/brain.ts';
import { Usage } from '../../../src/ledger/event.ts';
import { type PlainWorkspace, plainWorkspace } from '../../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf } from '../assignment.ts';
import { agentIn, install, type PrintingAgent } from './stand-ins.ts';

/** Programs that print what no agent CLI prints: they may lose their session, and nothing else. */

let folder: string;
let workspace: PlainWorkspace;
let assignment: Assignment;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'hostile-')));
  workspace = await plainWorkspace();
  assignment = await assignmentIn(workspace, folder);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const good = { type: 'result', subtype: 'success', is_error: false, total_cost_usd: 0.5, result: 'Done.' };
/** What a program does that runs this, with `say` for a line of JSON. */
async function does(script: string, name: PrintingAgent = 'claude'): Promise<readonly BrainEvent[]> {
  const program = `#!/usr/bin/env node
const say = (line) => require('node:fs').writeSync(1, (typeof line === 'string' ? line : JSON.stringify(line)) + '\\n');
const good = ${JSON.stringify(good)};
${script}`;
  await install(name, folder, { program });
  return await eventsOf(await agentIn(folder, name), assignment);
}
const spent = (events: readonly BrainEvent[]) => events.filter((event) => event.type === 'spent');

describe('a program that prints what no program prints', () => {
  const deep = `'[' .repeat(300000) + ']'.repeat(300000)`;
  test.each([
    ['input nested without measure', `'{"id":"t","type":"tool_use","name":"Bash","input":' + ${deep} + '}'`],
    ['a name that is no text', `'{"type":"tool_use","name":{"toString":1},"input":1}'`],
  ])('%s: it must not end us', async (_, block) => {
    const line = `'{"type":"assistant","message":{"id":"m","model":"x","content":[' + ${block} + ']}}'`;
    const retry = `say({ type: 'system', subtype: 'api_retry', attempt: { toString: 1 } });`;
    expect((await does(`say(${line}); ${retry} say(good);`)).at(-1)).toMatchObject({ claim: 'done' });
  });

  test('tells its cost without end: few events wait to be written, and it is ended', async () => {
    const script = 'for (let n = 1; ; n += 1) say({ ...good, total_cost_usd: n * 0.001 });';
    const events = await does(script);
    expect(events.at(-1)).toMatchObject({ failure: { kind: 'over-limit', reason: /more than 5000 times/ } });
    expect(spent(events).length).toBeLessThan(5000);
    // Nothing of it is lost on the way.
    expect(spent(events).reduce((sum, { usd }) => sum + (usd ?? 0), 0)).toBeGreaterThan(4.9);
  });

  test('calls tools without end, each by a name of its own: it is ended', async () => {
    const item = `{ type: 'item.started', item: { id: 'i' + n, type: 'command_execution', command: 'x' } }`;
    const events = await does(`for (let n = 1; ; n += 1) say(${item});`, 'codex');
    expect(events.at(-1)).toMatchObject({ failure: { kind: 'over-limit', reason: /20000 calls of tools/ } });
  });

  test('numbers that no ledger takes are cut to what can be counted with', async () => {
    const huge = { inputTokens: 1e300, outputTokens: -1, cacheReadInputTokens: '7' };
    const said = { ...good, total_cost_usd: 1e308, modelUsage: { a: huge, b: huge } };
    const events = await does(`say(${JSON.stringify(said)});`);
    expect(spent(events)).toHaveLength(1);
    for (const { usage, usd } of spent(events)) {
      expect(Usage.safeParse(usage).success).toBe(true);
      expect(usd).toBe(1e12);
    }
  });
});

describe('the name of a conversation', () => {
  test.each([
    ['an option', '--settings=/tmp/mine'],
    ['longer than a word of a command line', 'x'.repeat(200_000)],
    ['with a NUL in it', 'a\0b'],
    ['with a newline in it', 'a\nb'],
  ])('%s is none', (_, id) => {
    const init = { type: 'system', subtype: 'init', session_id: id };
    expect(new ClaudeListener().take(init)).toEqual([]);
    expect(new CodexListener().take({ type: 'thread.started', thread_id: id })).toEqual([]);
  });
});
