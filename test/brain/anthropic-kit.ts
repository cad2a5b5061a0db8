import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type AnthropicOptions, anthropicBrain } from '../../src/brain/anthropic/brain.ts';
import type { Assignment, Brain, BrainEvent } from '../../src/brain/brain.ts';
import { readPrices } from '../../src/brain/prices.ts';
import { openTranscript, type Transcript } from '../../src/ledger/transcript.ts';
import type { Script } from '../helpers/messages-script.ts';
import { type MessagesServer, messagesServer } from '../helpers/messages-server.ts';
import { type PlainWorkspace, plainWorkspace } from '../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf, refusal } from './assignment.ts';

/** The built-in brain against a scripted server, in a real folder, with a clock that nobody waits for. */
export interface Stage extends AsyncDisposable {
  readonly server: MessagesServer;
  readonly workspace: PlainWorkspace;
  readonly transcript: Transcript;
  readonly assignment: Assignment;
  readonly brain: Brain;
  /** How long it slept each time, in ms. */
  readonly slept: readonly number[];
  readonly folder: string;
  work(change?: Partial<Assignment>, signal?: AbortSignal): Promise<BrainEvent[]>;
  /** Works on after a refusal. */
  refused(round: number, text?: string): Promise<BrainEvent[]>;
}

export async function stage(
  script: Script,
  options: Partial<AnthropicOptions> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'anthropic-')));
  const server = await messagesServer(script);
  const workspace = await plainWorkspace(files);
  const transcript = await openTranscript(join(folder, 'transcript.jsonl'));
  const start = Date.now();
  let ahead = 0;
  const slept: number[] = [];
  const brain = anthropicBrain({
    apiKey: server.key,
    baseUrl: server.url,
    prices: await readPrices(),
    now: () => start + ahead,
    sleep: async (ms) => {
      slept.push(ms);
      ahead += ms;
    },
    random: () => 0.5,
    silence: 5_000,
    ...options,
  });
  const limits = { turns: 50, deadline: start + 3_600_000, idleMs: 60_000 };
  const assignment = await assignmentIn(workspace, folder, { transcript, limits });
  const work = async (change: Partial<Assignment> = {}, signal?: AbortSignal) => {
    const events = await eventsOf(brain, { ...assignment, ...change }, signal);
    // Whatever else a test looks for: nothing was sent that the real server would not take.
    expect(server.violations).toEqual([]);
    return events;
  };
  return {
    server,
    workspace,
    transcript,
    assignment,
    brain,
    slept,
    folder,
    work,
    refused: (round, text) => {
      const told = refusal(round, text);
      return work(told === undefined ? {} : { refusal: told });
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
      await transcript.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The failure a round ended with; undefined when it made a claim. */
export function failureOf(events: readonly BrainEvent[]) {
  const last = events.at(-1);
  return last?.type === 'failed' ? last.failure : undefined;
}

/**
 * What the last message of a request says, piece by piece: `error: ...` for answers that are errors. Default: of the
 * last request.
 */
export function lastSaid(s: Stage, request = s.server.requests.length - 1): string[] {
  const content = s.server.requests[request]?.body.messages.at(-1)?.content ?? [];
  if (typeof content === 'string') return [content];
  return content.map((block) => {
    const said = block.type === 'tool_result' ? String(block['content']) : (block.text ?? block.type);
    return `${block['is_error'] === true ? 'error: ' : ''}${said}`;
  });
}

/** The types of the entries of a transcript, in order. */
export function storyOf(transcript: Transcript): string[] {
  return transcript.entries.map((entry) => entry.type);
}
