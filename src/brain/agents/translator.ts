import type { Usage } from '../../ledger/event.ts';
import type { Worst } from '../../policy/purse.ts';
import type { AgentName } from './known.ts';

/**
 * What is particular to an agent CLI that prints its work as lines of JSON: how a round of it is started, and what its
 * lines mean. Everything else, `drive.ts` does for all of them.
 */
export interface Translator {
  readonly name: AgentName;
  /** Whether what it will spend is known well enough to reserve the worst of it. */
  readonly pricing: 'known' | 'unknown';
  /** The most that one more call of its model can use; `usd` null where that is not known. */
  readonly worst: Worst;
  launch(start: Start): Launch;
  listen(): Listener;
}

/** The circumstances of a round. */
export interface Start {
  /** The conversation that goes on; absent: a new one. */
  readonly conversation?: string;
  readonly isFenced: boolean;
  /** `read-only`: it looks at somebody else's work, which must not decide how it looks. */
  readonly hands?: 'all' | 'read-only';
  /** Model calls that are left of the session. */
  readonly turns: number;
  /** US dollars that are left of the nearest cap; absent: there is none. */
  readonly usd?: number;
  /** Our server of tools, which it shall start. */
  readonly tools: ToolServer;
}

/** A program that speaks MCP on stdio, as it is started inside the fence. */
export interface ToolServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What is run: the program itself is put in front of the words. The brief goes to its stdin. */
export interface Launch {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Shell that prints what it says nowhere but in files of its own, as JSON on one line: run again and again while it
   * works, and once when it has ended by itself.
   */
  readonly look?: string;
}

/** One attempt of a round is heard by one listener, which keeps what it needs to understand the end. */
export interface Listener {
  /** One whole JSON object that it printed. */
  take(message: Readonly<Record<string, unknown>>): readonly Heard[];
  /** What its last message came to. `said`: the end of what it printed that was no JSON. */
  end(said: string): AgentEnd;
}

/** What a line means to us. */
export type Heard =
  /** One more call of its model. `usage`: the least that it used. */
  | { readonly heard: 'turn'; readonly usage?: Usage; readonly model?: string }
  | { readonly heard: 'said'; readonly text: string }
  /** A call of a tool, with what it is called with. */
  | { readonly heard: 'called'; readonly tool: string; readonly text: string }
  | { readonly heard: 'answered'; readonly text: string; readonly isError: boolean }
  /** Something a person should see: a retry, a warning. */
  | { readonly heard: 'noted'; readonly text: string }
  | { readonly heard: 'conversation'; readonly id: string }
  /** What the whole conversation has used so far, earlier rounds included. `usd` null: it does not tell. */
  | { readonly heard: 'total'; readonly usage: Usage; readonly usd: number | null };

export type AgentEnd =
  /** `words`: its last message. */
  | { readonly ended: 'well'; readonly words: string }
  /** Its provider or its program was in the way. */
  | ({ readonly ended: 'trouble' } & Trouble)
  /** A limit that it was told. */
  | { readonly ended: 'over-limit'; readonly why: string }
  | { readonly ended: 'declined'; readonly why: string }
  /** The conversation that was to go on is not there. */
  | { readonly ended: 'no-conversation' }
  /** It said nothing that ends a round. */
  | { readonly ended: 'unsaid' };

export interface Trouble {
  readonly text: string;
  /** HTTP status, where it tells one. */
  readonly status?: number;
  /** Instant at which it ends, ms since 1970. */
  readonly until?: number;
}
