import type { Opinion } from '../hands/opinion.ts';
import type { Claim, Handoff, Reason, Usage } from '../ledger/event.ts';
import type { Transcript } from '../ledger/transcript.ts';
import type { Feature } from '../project/feature.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** Roles that are asked beside the sessions: their work never lands by itself. */
export const consultants = ['examiner', 'evaluator', 'planner'] as const;
export type Consultant = (typeof consultants)[number];
export type Role = 'initializer' | 'coder' | Consultant;

/** What a brain is given: one feature, one workspace, one brief, and how far it may go. */
export interface Assignment {
  readonly run: string;
  /** Number of the session, from 1. */
  readonly session: number;
  readonly role: Role;
  /** Absent for the initializer. */
  readonly feature?: Feature;
  /** The text the session starts with. */
  readonly brief: string;
  /** Set when the same conversation goes on after its claim was refused; `round` counts the refusals, from 1. */
  readonly refusal?: { readonly round: number; readonly reasons: readonly Reason[]; readonly text: string };
  readonly workspace: Workspace;
  /** `read-only`: a brain with hands of ours gets none that change anything. What others change is thrown away. */
  readonly hands?: 'all' | 'read-only';
  readonly transcript: Transcript;
  readonly limits: {
    readonly turns: number;
    /** Instant (ms since 1970) by which it must end. */
    readonly deadline: number;
    readonly idleMs: number;
    /** Calls of tools it may make; absent: any number. Only a brain with hands of ours can keep it. */
    readonly toolCalls?: number;
  };
  /**
   * Asked before each call that spends, with the worst case of that call in US dollars (null: price unknown)
   * and in tokens (default: not known, none is reserved).
   * Undefined means go on; a sentence means: end with `over-limit`.
   */
  mayspend(worstUsd: number | null, worstTokens?: number): string | undefined;
  /** US dollars that are left of the nearest cap; undefined where none is set. */
  usdLeft?(): number | undefined;
}

/** Why a brain ended without a claim. The kind says what to do next. */
export type Failure =
  /** Try again later; costs no session. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly until?: number }
  /** Start a fresh session with the work in place. */
  | { readonly kind: 'crashed' | 'over-limit' | 'context'; readonly reason: string }
  /** The model refused to go on; at most one fresh session, then the feature is blocked. */
  | { readonly kind: 'declined'; readonly reason: string }
  /** No brain can work (no key, no credit): stop the run. */
  | { readonly kind: 'fatal'; readonly reason: string; readonly help: string }
  /** The signal ended it. */
  | { readonly kind: 'interrupted'; readonly reason: string };

export type BrainEvent =
  /** A line for the person who watches. */
  | { readonly type: 'activity'; readonly text: string }
  /** What was spent since the last such event. */
  | { readonly type: 'spent'; readonly usage: Usage; readonly usd: number | null; readonly model?: string }
  /** `opinion`: what an evaluator thinks; one that ends without it has said nothing that counts. */
  | {
      readonly type: 'finished';
      readonly claim: Claim;
      readonly handoff: Handoff;
      readonly opinion?: Opinion;
    }
  | { readonly type: 'failed'; readonly failure: Failure };

/**
 * Who thinks. One call of `work` per claim; it ends with exactly one `finished` or `failed` and never throws.
 * After a refusal it is called again with the same assignment and `refusal` set: the conversation goes on.
 */
export interface Brain {
  readonly name: string;
  readonly model?: string;
  /** How it makes its claim: a call of the tool `claim`, or the outcome file. Decides a paragraph of the brief. */
  readonly claimBy: 'tool' | 'outcome';
  /** What briefs tell it alone: the name of a template in `templates/brains/`. */
  readonly addition?: string;
  /** Whether what it spends can be told in money. Decides if `--max-cost` can be kept. */
  readonly pricing: 'known' | 'unknown' | 'free';
  /**
   * Paths outside the workspace its commands must be able to read inside the fence. `fence`: why it cannot work where there
   * is none.
   */
  readonly needs?: { readonly readOnly: readonly string[]; readonly fence?: string };
  work(assignment: Assignment, signal: AbortSignal): AsyncIterable<BrainEvent>;
  /**
   * Where a session whose process was killed can go on in the middle of its conversation: gets the transcript ready for
   * the next call of `work`. `costs`: how many of its `spent` were heard. False: there is nothing to go on with.
   */
  wake?(transcript: Transcript, costs: number): Promise<boolean>;
}
