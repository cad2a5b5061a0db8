import type { Chatter } from '../chatter.ts';
import { shortName } from '../short-name.ts';
import { tellings } from '../spent-together.ts';
import type { Counts } from './kept.ts';
import { at, listAt, textAt } from './loose.ts';
import { costSoFar, type Used, usedByUpdate } from './usage.ts';

/** Characters of the last message that are kept, from its end: a claim stands there. */
const messageCap = 100_000;
/** Calls of tools whose names are remembered in one session; more than that are too many in any case. */
const callsCap = 20_000;

/** What an agent tells while it works: to transcript and activity through `chatter`, counted, and its last message kept. */
export class Heard {
  readonly #chatter: Chatter;
  readonly #limits: { readonly turns: number; readonly toolCalls?: number };
  readonly #before: Counts;
  readonly #titles = new Map<string, string>();
  readonly #done = new Set<string>();
  #session: string | undefined;
  #isLive = false;
  #isInTurn = false;
  #turns = 0;
  #message = '';
  #thought = '';
  #onNews = (): void => undefined;
  #tellings = 0;
  /** Calls of the model that were told, and not yet taken. */
  #used: Used[] = [];
  /** What it said last, in one piece. */
  lastWords = '';
  /** Updates of a conversation that is loaded: it is played again before it goes on. */
  replayed = 0;
  /** US dollars of the whole conversation, as it was told last. */
  cost: number | undefined;

  /** `limits`: of the session; `before`: what the rounds before had of them. */
  constructor(
    chatter: Chatter,
    limits: { readonly turns: number; readonly toolCalls?: number },
    before: Counts,
  ) {
    this.#chatter = chatter;
    this.#limits = limits;
    this.#before = before;
  }

  /** From now on updates of this conversation are about the work; those before were about it as it stood. */
  begin(session: string): void {
    this.#session = session;
    this.#isLive = true;
  }

  /** Its words since its last call of a tool. */
  get lastMessage(): string {
    return this.#message;
  }

  /** What this round had. */
  get counts(): Counts {
    return { turns: this.#turns, calls: this.#titles.size };
  }

  /** Which limit it has passed, as a sentence. */
  get over(): string | undefined {
    const { turns, toolCalls = callsCap } = this.#limits;
    if (this.#tellings > tellings) return `It told more than ${tellings} times what it spent.`;
    if (this.#before.turns + this.#turns > turns) return `It took more than ${turns} turns.`;
    const most = Math.min(toolCalls, callsCap);
    const isOver = this.#before.calls + this.#titles.size > most;
    return isOver ? `It made more than ${most} calls of tools.` : undefined;
  }

  /** What was used since the last question, call by call. */
  takeUsed(): readonly Used[] {
    return this.#used.splice(0);
  }

  /** Resolves when there is something used to take, or a limit was passed. */
  news(): Promise<void> {
    return new Promise((resolve) => {
      this.#onNews = resolve;
      if (this.#used.length > 0 || this.over !== undefined) resolve();
    });
  }

  /** One `session/update`; what is told of another conversation is not about ours. */
  update(params: unknown): void {
    const of = textAt(params, 'sessionId') ?? this.#session;
    if (this.#session !== undefined && of !== this.#session) return;
    const update = at(params, 'update');
    const kind = textAt(update, 'sessionUpdate');
    this.cost = costSoFar(update) ?? this.cost;
    if (!this.#isLive) {
      if (kind?.endsWith('_message_chunk')) this.replayed += 1;
      return;
    }
    const used = usedByUpdate(update);
    if (used !== undefined) {
      this.#used.push(used);
      this.#tellings += 1;
    }
    const text = textAt(update, 'content', 'text');
    if (kind === 'tool_call' || kind === 'tool_call_update') this.#tool(update);
    else if (kind === 'agent_message_chunk' && text !== undefined) this.#says(text);
    else if (kind === 'agent_thought_chunk' && text !== undefined) this.#thinks(text);
    if (used !== undefined || this.over !== undefined) this.#onNews();
  }

  /** One `session/request_permission`: of a tool that it may not have told of yet. */
  asks(params: unknown): void {
    this.#tool(at(params, 'toolCall'));
    if (this.over !== undefined) this.#onNews();
  }

  /** Everything heard so far goes to the transcript. */
  flush(): void {
    if (this.#thought.trim() !== '') this.#chatter.keep('thought', this.#thought);
    if (this.#message.trim() !== '') this.#chatter.keep('said', this.#message);
    this.#thought = '';
  }

  #turn(): void {
    if (!this.#isInTurn) this.#turns += 1;
    this.#isInTurn = true;
  }

  #says(text: string): void {
    this.#turn();
    this.#message = ended(this.#message + text);
    this.lastWords = text.slice(0, 4000);
    this.#chatter.show(lastLine(this.#message));
  }

  #thinks(text: string): void {
    this.#turn();
    this.#thought = ended(this.#thought + text);
    this.#chatter.show(lastLine(this.#thought));
  }

  #tool(call: unknown): void {
    const given = textAt(call, 'toolCallId');
    if (given === undefined || this.#titles.size > callsCap) return;
    const id = shortName(given);
    const before = this.#titles.get(id);
    // Names that are remembered are short ones: what is merely cut off keeps the whole in memory.
    const title = cutCopy(textAt(call, 'title')) ?? before ?? 'tool';
    if (before === undefined) {
      this.flush();
      this.#message = '';
      this.#turn();
    }
    if (title !== before) {
      const input = at(call, 'rawInput');
      const words = input === undefined ? title : `${title}\n${JSON.stringify(input)}`;
      this.#chatter.keep('tool', words, { id, kind: textAt(call, 'kind')?.slice(0, 40) ?? 'other' });
      this.#chatter.show(title);
      this.#titles.set(id, title);
    }
    const status = textAt(call, 'status');
    if ((status !== 'completed' && status !== 'failed') || this.#done.has(id)) return;
    this.#done.add(id);
    this.#isInTurn = false;
    this.#chatter.keep('gave', resultOf(call), { id, status });
  }
}

function resultOf(call: unknown): string {
  const parts = listAt(call, 'content').map(
    (part) => textAt(part, 'content', 'text') ?? textAt(part, 'path') ?? '',
  );
  return parts.join('\n').trim();
}

/** The beginning of a text, as a text of its own. */
function cutCopy(text: string | undefined): string | undefined {
  return text === undefined || text.length <= 1000 ? text : Buffer.from(text.slice(0, 1000)).toString();
}

/** The end of a text that grows: cut rarely, since each cut copies. */
function ended(text: string): string {
  return text.length > 2 * messageCap ? text.slice(-messageCap) : text;
}

function lastLine(text: string): string {
  return text.slice(-400).trimEnd().split('\n').pop() ?? '';
}
