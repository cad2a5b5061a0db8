import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Heard } from '../../../src/brain/acp/heard.ts';
import { spentInAll } from '../../../src/brain/acp/usage.ts';
import type { Assignment, BrainEvent } from '../../../src/brain/brain.ts';
import { Chatter } from '../../../src/brain/chatter.ts';
import { type PlainWorkspace, plainWorkspace } from '../../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf } from '../assignment.ts';
import { answers, begin, played, type Step, says } from './played.ts';

/** Agents that tell what no agent tells: they may lose their session, and nothing else. */

let folder: string;
let workspace: PlainWorkspace;
let assignment: Assignment;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'hostile-acp-')));
  workspace = await plainWorkspace();
  assignment = await assignmentIn(workspace, folder);
});
afterEach(async () => {
  await assignment.transcript.close();
  await workspace[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

async function plays(...steps: readonly Step[]): Promise<readonly BrainEvent[]> {
  return await eventsOf((await played([steps], folder)).brain, assignment);
}
const told = (sessionId: string, words: string): Step => ({
  '<': {
    method: 'session/update',
    params: {
      sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: words } },
    },
  },
});

describe('an agent that tells what no agent tells', () => {
  test('input nested without measure: it must not end us', async () => {
    const raw = `{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s1","update":{"sessionUpdate":"tool_call","toolCallId":"a","rawInput":${'['.repeat(300_000)}${']'.repeat(300_000)}}}}\n`;
    expect((await plays(...begin, { raw }, answers('end_turn'))).at(-1)).toMatchObject({ claim: 'done' });
  });

  test('tells what each call used without end: few events wait to be written, and it is ended', async () => {
    const line = { sessionUpdate: 'agent_thought_chunk', _meta: { usage: { inputTokens: 1 } } };
    const one = { jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's1', update: line } };
    const events = await plays(...begin, { raw: `${JSON.stringify(one)}\n`.repeat(6000) }, { hold: true });
    expect(events.at(-1)).toMatchObject({ failure: { kind: 'over-limit', reason: /more than 5000 times/ } });
    const spent = events.filter((event) => event.type === 'spent');
    expect(spent.length).toBeLessThan(1000);
    expect(spent.reduce((sum, { usage }) => sum + usage.inputTokens, 0)).toBeGreaterThan(5000);
  });

  test('an answer with a list of models without end is told in few events', () => {
    const model_usage = Array.from({ length: 20_000 }, (_, n) => ({
      model: `m${n}`,
      token_count: { input_tokens: 1e300, output_tokens: 1 },
    }));
    const events = spentInAll({ _meta: { quota: { model_usage } } }, undefined, undefined, {});
    expect(events.length).toBeLessThanOrEqual(100);
  });

  test('what another conversation says is no claim of this one', async () => {
    const question = '{"claim":"needs-human","question":"Pay?"}';
    const events = await plays(...begin, says('Done.'), told('other', `\n${question}`), answers('end_turn'));
    expect(events.at(-1)).toMatchObject({ type: 'finished', claim: 'done' });
  });

  test('the name of a conversation without measure is not written down', async () => {
    const [, , , , ...rest] = begin;
    const name = { '<': { id: 1, result: { sessionId: 's'.repeat(1_000_000) } } };
    await plays(...begin.slice(0, 3), name, ...rest, answers('end_turn'));
    expect(JSON.stringify(assignment.transcript.entries).length).toBeLessThan(20_000);
  });

  test('names of tools without measure are not kept in memory', () => {
    const heard = new Heard(new Chatter(assignment.transcript, 'acp'), { turns: 10 }, { turns: 0, calls: 0 });
    heard.begin('s1');
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 100; n += 1) {
      const toolCallId = JSON.parse(JSON.stringify(`${n}${'y'.repeat(2_000_000)}`));
      heard.update({
        sessionId: 's1',
        update: { sessionUpdate: 'tool_call', toolCallId, title: toolCallId },
      });
    }
    globalThis.gc?.();
    expect(heard.counts.calls).toBe(100);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });
});
