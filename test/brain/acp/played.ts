import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AcpDeps, acpBrain } from '../../../src/brain/acp/brain.ts';
import type { AcpLaunch } from '../../../src/brain/acp/launch.ts';
import type { Brain } from '../../../src/brain/brain.ts';

/** A step of a part; play-agent.mjs says what each does. */
export type Step =
  | { readonly '>': string }
  | { readonly '<': object }
  | { readonly raw: string }
  | { readonly exit: number }
  | { readonly hold: true };

/** The agent. */
export const program: string = join(import.meta.dirname, 'play-agent.mjs');

export interface Played {
  readonly brain: Brain;
  /** What the client said, message by message. */
  heard(): Promise<readonly Record<string, unknown>[]>;
}

/** A brain whose agent plays these parts, one for each process it is started as. */
export async function played(
  parts: readonly (readonly Step[])[],
  folder: string,
  change: Partial<AcpLaunch> = {},
  deps: Partial<AcpDeps> = {},
): Promise<Played> {
  const play = join(folder, 'play.json');
  const heard = join(folder, 'heard.jsonl');
  await writeFile(play, JSON.stringify({ parts, cwd: '/checkout' }));
  const launch: AcpLaunch = {
    name: 'acp:played',
    shown: 'played-agent --acp',
    command: `exec node '${program}'`,
    env: { PLAY: play, HEARD: heard },
    readOnly: [program],
    ...change,
  };
  return {
    brain: acpBrain(launch, { prices: {}, now: Date.now, ...deps }),
    async heard() {
      const lines = (await readFile(heard, 'utf8')).trim().split('\n');
      return lines.map((line) => JSON.parse(line));
    },
  };
}

const hello = { protocolVersion: 1, agentCapabilities: { loadSession: true } };

/** Its beginning, up to the prompt. */
export const begin: readonly Step[] = [
  { '>': 'initialize' },
  { '<': { id: 0, result: hello } },
  { '>': 'session/new' },
  { '<': { id: 1, result: { sessionId: 's1' } } },
  { '>': 'session/prompt' },
];

/** Its beginning where it is to go on: `answers` to the request to load. */
export const beginAgain = (...answers: readonly Step[]): readonly Step[] => [
  { '>': 'initialize' },
  { '<': { id: 0, result: hello } },
  { '>': 'session/load' },
  ...answers,
];

/** A notification about the session. */
export const update = (given: object): Step => ({
  '<': { method: 'session/update', params: { sessionId: 's1', update: given } },
});

/** A piece of a message. */
export const says = (text: string): Step =>
  update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });

/** The answer to the prompt, which is its third request. */
export const answers = (stopReason: string, more: object = {}): Step => ({
  '<': { id: 2, result: { stopReason, ...more } },
});

/** A request for permission. */
export const asks = (kind: string, ...options: readonly string[]): Step => ({
  '<': {
    id: 'ask',
    method: 'session/request_permission',
    params: {
      sessionId: 's1',
      toolCall: { toolCallId: `call-${kind}`, title: `does ${kind}`, kind },
      options: options.map((one) => ({ optionId: `id-${one}`, name: one, kind: one })),
    },
  },
});
