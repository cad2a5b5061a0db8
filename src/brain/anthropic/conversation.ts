import { createHash } from 'node:crypto';
import type { Message, MessageParam, ToolUseBlock } from '@anthropic-ai/sdk/resources/messages';
import type { Opinion } from '../../hands/opinion.ts';
import type { Claim, Handoff } from '../../ledger/event.ts';
import type { TranscriptEntry } from '../../ledger/transcript.ts';
import { type Cost, type Entry, type Head, ourEntry } from './entries.ts';
import type { Trouble } from './trouble.ts';

export interface Answer {
  readonly content: string;
  readonly isError: boolean;
  readonly round?: number;
}

/** Everything the brain knows, rebuilt from the transcript before each step. */
export interface Conversation {
  readonly head: Head | undefined;
  /** As they are sent, to the byte. */
  readonly messages: readonly MessageParam[];
  /** The last turn of the model, while nothing of ours follows it. */
  readonly open: OpenTurn | undefined;
  /** A claim the loop has not answered. */
  readonly claim: OpenClaim | undefined;
  /** Rounds whose refusal was told to the model. */
  readonly refused: ReadonlySet<number>;
  readonly warned: ReadonlySet<string>;
  /** Model calls that came whole. */
  readonly turns: number;
  /** Calls of tools that were started. */
  readonly toolCalls: number;
  /** Turns in a row that were cut off at max_tokens. */
  readonly cutTurns: number;
  /** Troubles since the last whole response or the last end. */
  readonly troubles: readonly Trouble[];
  readonly notBefore: number;
  /** A request of which nothing more was written: the process died meanwhile. */
  readonly inFlight: Cost | undefined;
  /** Costs the loop may not know of yet, and the entry they stand in. */
  readonly untold: readonly { readonly seq: number; readonly cost: Cost }[];
  readonly lastCost: Cost | undefined;
  /** What was said since `lastCost`. */
  readonly since: readonly MessageParam[];
}

export interface OpenTurn {
  readonly message: Message;
  readonly calls: readonly ToolUseBlock[];
  /** Of the content as the model wrote it. */
  readonly sha256: string;
  readonly started: ReadonlySet<string>;
  readonly answers: ReadonlyMap<string, Answer>;
}

export interface OpenClaim {
  readonly id: string | undefined;
  readonly claim: Claim;
  readonly handoff: Handoff;
  readonly opinion?: Opinion;
}

type Draft = {
  -readonly [K in keyof Conversation]: Conversation[K] extends ReadonlySet<infer V>
    ? Set<V>
    : Conversation[K] extends readonly (infer V)[]
      ? V[]
      : Conversation[K];
};

/**
 * The conversation as its transcript tells it. Pure and total: any prefix of any transcript gives one, and a process
 * that reads it knows what the one that wrote it knew.
 */
export function foldConversation(entries: readonly TranscriptEntry[]): Conversation {
  const draft: Draft = {
    head: undefined,
    messages: [],
    open: undefined,
    claim: undefined,
    refused: new Set(),
    warned: new Set(),
    turns: 0,
    toolCalls: 0,
    cutTurns: 0,
    troubles: [],
    notBefore: 0,
    inFlight: undefined,
    untold: [],
    lastCost: undefined,
    since: [],
  };
  for (const one of entries) {
    const entry = ourEntry(one);
    if (entry) apply(draft, entry);
  }
  return draft;
}

function apply(draft: Draft, entry: Entry & { seq: number }): void {
  switch (entry.type) {
    case 'head.frozen':
      draft.head ??= entry.head;
      return;
    case 'user.said':
      draft.messages.push(entry.message);
      draft.since.push(entry.message);
      draft.open = undefined;
      draft.claim = undefined;
      for (const name of entry.warned ?? []) draft.warned.add(name);
      if (entry.round !== undefined) draft.refused.add(entry.round);
      return;
    case 'request.sent':
      draft.inFlight = entry.atLeast;
      return;
    case 'assistant.said':
      takeTurn(draft, entry);
      return;
    case 'request.failed':
      draft.inFlight = undefined;
      draft.troubles.push(entry.trouble);
      draft.notBefore = entry.notBefore ?? 0;
      if (entry.cost) draft.untold.push({ seq: entry.seq, cost: entry.cost });
      return;
    case 'tool.started':
      draft.toolCalls += 1;
      (draft.open?.started as Set<string> | undefined)?.add(entry.id);
      return;
    case 'tool.finished':
      (draft.open?.answers as Map<string, Answer> | undefined)?.set(entry.id, entry);
      if (entry.round !== undefined) draft.refused.add(entry.round);
      if (draft.claim?.id === entry.id) draft.claim = undefined;
      return;
    case 'claim.made':
      draft.claim = {
        id: entry.id,
        claim: entry.claim,
        handoff: entry.handoff,
        ...(entry.opinion === undefined ? {} : { opinion: entry.opinion }),
      };
      return;
    case 'cost.told':
      draft.untold = draft.untold.filter(({ seq }) => seq > entry.through);
      return;
    case 'brain.ended':
      draft.troubles = [];
      draft.notBefore = 0;
      return;
  }
}

function takeTurn(draft: Draft, entry: Extract<Entry, { type: 'assistant.said' }> & { seq: number }): void {
  const { message } = entry;
  draft.inFlight = undefined;
  draft.troubles = [];
  draft.notBefore = 0;
  draft.turns += 1;
  draft.cutTurns = message.stop_reason === 'max_tokens' ? draft.cutTurns + 1 : 0;
  draft.untold.push({ seq: entry.seq, cost: entry.cost });
  draft.lastCost = entry.cost;
  draft.since = [];
  // The API takes no empty message back, and nothing was said in it.
  if (message.content.length > 0) draft.messages.push({ role: 'assistant', content: message.content });
  draft.open = {
    message,
    calls: message.content.filter((block) => block.type === 'tool_use'),
    sha256: entry.sha256,
    started: new Set(),
    answers: new Map(),
  };
}

/** sha256 of what a model said. */
export function contentHash(content: Message['content']): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
