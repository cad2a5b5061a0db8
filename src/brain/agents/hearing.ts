import type { BrainEvent } from '../brain.ts';
import type { Chatter } from '../chatter.ts';
import { plainLine } from '../plain-line.ts';
import { type PriceTable, priceOf } from '../prices.ts';
import { tellings } from '../spent-together.ts';
import { objectOf } from './json-fields.ts';
import { type Before, nothingUsed, usedInAll, usedSince } from './told-before.ts';
import type { Heard, Listener } from './translator.ts';

/** Calls of tools of one round where the session has no limit of its own: more are no work. */
const callsCap = 20_000;
/** Lines without JSON that may tell why it ended, and characters of each. */
const lastLines = { lines: 4, characters: 1000 } as const;

export interface HearingOptions {
  readonly listener: Listener;
  readonly chatter: Chatter;
  /** What is known of the conversation that goes on; of a new one nothing was told. */
  readonly before: Before;
  /** How much of it the whole session may have. */
  readonly limits: { readonly turns: number; readonly toolCalls?: number };
  readonly model: string | undefined;
  readonly prices: PriceTable;
  /** Asked to end it, with a sentence. */
  stop(why: string): void;
}

/** Hears one attempt of a round, line by line: writes down, counts, and says when it is enough. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #said: string[] = [];
  #told: { usage: Before['usage']; usd: number };
  #atLeast = { usage: nothingUsed, turns: 0 };
  #hasTotal = false;
  #tellings = 0;
  conversation: string | undefined;
  turns = 0;
  calls = 0;

  constructor(options: HearingOptions) {
    this.#options = options;
    this.#told = { usage: options.before.usage, usd: options.before.usd };
  }

  /** One line as it came. */
  line(line: string, from: 'stdout' | 'stderr'): void {
    const heard = this.#understood(line);
    if (heard !== undefined) {
      for (const one of heard) this.#hear(one);
      return;
    }
    const plain = plainLine(line);
    if (plain !== '') this.#said.push(plain.slice(0, lastLines.characters));
    if (this.#said.length > lastLines.lines) this.#said.shift();
    this.#options.chatter.printed(line, from);
  }

  /** The last of what it printed that was no JSON. */
  get said(): string {
    return this.#said.join('\n');
  }

  /** What of its use was not told yet: where it tells no sum the least that it can be, else that nobody knows. */
  rest(): BrainEvent | undefined {
    if (this.#hasTotal) return undefined;
    const { usage } = this.#atLeast;
    const { model, prices } = this.#options;
    const usd = this.#atLeast.turns === 0 || model === undefined ? null : priceOf(model, usage, prices);
    this.#told = { usage: usedInAll(this.#told.usage, usage), usd: this.#told.usd + (usd ?? 0) };
    return this.#spent(usage, usd);
  }

  /** For the rounds that come: the conversation, and what was told of it. */
  get kept(): object | undefined {
    return this.conversation === undefined ? undefined : { conversation: this.conversation, ...this.#told };
  }

  /** What a message means; undefined where the line is none, or one that nobody can take apart. */
  #understood(line: string): readonly Heard[] | undefined {
    const message = jsonIn(line);
    try {
      return message && this.#options.listener.take(message);
    } catch {
      // Nested beyond what can be written out, or values that are no text where text is expected: it must not end us.
      return undefined;
    }
  }

  #hear(heard: Heard): void {
    const { chatter, before, limits, stop } = this.#options;
    switch (heard.heard) {
      case 'conversation':
        this.conversation = heard.id;
        return;
      case 'turn':
        this.turns += 1;
        if (heard.usage !== undefined) {
          const usage = usedInAll(this.#atLeast.usage, heard.usage);
          this.#atLeast = { usage, turns: this.#atLeast.turns + 1 };
        }
        if (before.turns + this.turns > limits.turns)
          stop(`The session has had its ${limits.turns} calls of the model.`);
        return;
      case 'said':
        chatter.show(heard.text.trim().split('\n')[0] ?? '');
        chatter.keep('said', heard.text);
        return;
      case 'called':
        this.calls += 1;
        chatter.show(`${heard.tool}: ${heard.text}`);
        chatter.keep('called', heard.text, { tool: heard.tool.slice(0, 200) });
        if (before.calls + this.calls > (limits.toolCalls ?? callsCap))
          stop(`The session has had its ${limits.toolCalls ?? callsCap} calls of tools.`);
        return;
      case 'answered':
        chatter.keep('answered', heard.text, heard.isError ? { isError: true } : {});
        return;
      case 'noted':
        chatter.show(heard.text);
        chatter.keep('noted', heard.text);
        return;
      case 'total':
        this.#total(heard);
    }
  }

  #total({ usage: total, usd: paid }: Extract<Heard, { heard: 'total' }>): void {
    const { model, prices, chatter, stop } = this.#options;
    const usage = usedSince(total, this.#told.usage);
    const isNew = Object.values(usage).some((count) => count > 0);
    if (this.#hasTotal && !isNew && paid === null) return;
    this.#hasTotal = true;
    this.#tellings += 1;
    if (this.#tellings > tellings) stop(`It told more than ${tellings} times what it spent.`);
    const priced = model === undefined ? null : priceOf(model, usage, prices);
    const usd = paid === null ? priced : Math.max(0, paid - this.#told.usd);
    this.#told = { usage: usedInAll(this.#told.usage, usage), usd: this.#told.usd + (usd ?? 0) };
    chatter.tell(this.#spent(usage, usd));
  }

  #spent(usage: Before['usage'], usd: number | null): Extract<BrainEvent, { type: 'spent' }> {
    const { model } = this.#options;
    return { type: 'spent', usage, usd, ...(model === undefined ? {} : { model }) };
  }
}

/** The object that a line is; undefined where it is none. */
function jsonIn(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return objectOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}
