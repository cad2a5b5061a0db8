import type { Message, MessageParam, TextBlockParam, Tool } from '@anthropic-ai/sdk/resources/messages';
import type { Opinion } from '../../hands/opinion.ts';
import type { Claim, Handoff } from '../../ledger/event.ts';
import type { TranscriptEntry } from '../../ledger/transcript.ts';
import type { Failure } from '../brain.ts';
import type { BilledUsage } from '../prices.ts';
import type { Trouble } from './trouble.ts';

/** What every request of a conversation begins with. Built once, then only read: a changed byte voids signed thinking. */
export interface Head {
  readonly model: string;
  readonly max_tokens: number;
  readonly system: TextBlockParam[];
  readonly tools: Tool[];
  readonly thinking?: { readonly type: 'adaptive' };
  readonly output_config?: { readonly effort: Effort };
}
export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

/** Money and tokens of one response, or of one that never came whole. */
export interface Cost {
  readonly usage: BilledUsage;
  readonly usd: number | null;
  readonly model: string;
}

/** Why a message of ours was sent. */
export type Cause = 'brief' | 'results' | 'refusal' | 'continue';

/** What our own brain writes into the transcript, and rebuilds a conversation from. */
export type Entry =
  | { readonly type: 'head.frozen'; readonly head: Head; readonly sdk: string }
  | {
      readonly type: 'user.said';
      readonly message: MessageParam;
      readonly cause: Cause;
      /** Which refusal it tells of. */
      readonly round?: number;
      /** Which warnings it carries. */
      readonly warned?: readonly string[];
    }
  | {
      readonly type: 'request.sent';
      readonly attempt: number;
      readonly messages: number;
      readonly atLeast: Cost;
    }
  | {
      readonly type: 'assistant.said';
      readonly message: Message;
      /** Of its content as it came: tells later whether redaction has touched it. */
      readonly sha256: string;
      readonly requestId: string | null;
      readonly cost: Cost;
      readonly ms: number;
    }
  | {
      readonly type: 'request.failed';
      readonly trouble: Trouble;
      /** Instant (ms since 1970) before which it is not tried again. */
      readonly notBefore?: number;
      /** What it cost at least. */
      readonly cost?: Cost;
    }
  | { readonly type: 'tool.started'; readonly id: string; readonly name: string }
  | {
      readonly type: 'tool.finished';
      readonly id: string;
      readonly content: string;
      readonly isError: boolean;
      /** Which refusal it tells of, when it answers a claim. */
      readonly round?: number;
    }
  /** `id`: the call that made it; absent when the turn ended without a word. */
  | {
      readonly type: 'claim.made';
      readonly id?: string | undefined;
      readonly claim: Claim;
      readonly handoff: Handoff;
      readonly opinion?: Opinion;
    }
  /** Costs up to the entry `through` have been told to the loop. */
  | { readonly type: 'cost.told'; readonly through: number }
  | { readonly type: 'brain.ended'; readonly failure: Failure };

export type EntryType = Entry['type'];
/** The fields of one type, without the type. */
export type EntryData<T extends EntryType> = Omit<Extract<Entry, { type: T }>, 'type'>;

const types: ReadonlySet<string> = new Set<EntryType>([
  'head.frozen',
  'user.said',
  'request.sent',
  'assistant.said',
  'request.failed',
  'tool.started',
  'tool.finished',
  'claim.made',
  'cost.told',
  'brain.ended',
]);

/** An entry of ours; undefined for what others wrote into the same transcript. */
export function ourEntry(entry: TranscriptEntry): (Entry & { readonly seq: number }) | undefined {
  return types.has(entry.type) ? (entry as unknown as Entry & { seq: number }) : undefined;
}
