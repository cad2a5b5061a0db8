/** A content block as it goes over the wire. */
export type Block = {
  readonly type: string;
  readonly id?: string;
  readonly input?: object;
  readonly text?: string;
  readonly thinking?: string;
  readonly signature?: string;
} & Readonly<Record<string, unknown>>;
export interface WireMessage {
  readonly role: string;
  readonly content: string | readonly Block[];
}
/** The body of a request. */
export interface Body {
  readonly model: string;
  readonly messages: readonly WireMessage[];
  readonly system?: unknown;
  readonly tools?: unknown;
  readonly stream?: boolean;
  readonly [key: string]: unknown;
}

/** The conversations a server has seen, told apart by their first message. */
export class Conversations {
  readonly #all: SeenConversation[] = [];

  /** The one this request goes on with; a first message that had an answer long ago starts a new one. */
  of(body: Body): SeenConversation {
    const first = JSON.stringify(bare(body.messages[0]));
    const known = this.#all.findLast((one) => one.firstJson === first);
    if (known && !(body.messages.length === 1 && known.length > 1)) return known;
    const fresh = new SeenConversation(this.#all.length + 1, first);
    this.#all.push(fresh);
    return fresh;
  }
}

class SeenConversation {
  readonly number: number;
  readonly firstJson: string;
  #head: string | undefined;
  #history: readonly WireMessage[] = [];
  /** What was said in answer to the history; the client may have lost some of it. */
  #said: string[] = [];
  #saidNothing = false;

  constructor(number: number, firstJson: string) {
    this.number = number;
    this.firstJson = firstJson;
  }

  get length(): number {
    return this.#history.length;
  }

  /** The first message as text. */
  get first(): string {
    return this.firstJson;
  }

  sent(content: readonly Block[]): void {
    this.#said.push(JSON.stringify(content));
    if (content.length === 0) this.#saidNothing = true;
  }

  /** What is wrong with a request of this conversation; it counts as its history from now on. */
  check(body: Body): string[] {
    const { messages, ...head } = body;
    const history = messages.map(bare);
    const headJson = JSON.stringify(head);
    const problems = [...headProblems(body), ...pairProblems(history), ...contentProblems(history)];
    if (this.#head !== undefined && headJson !== this.#head)
      problems.push('the head of the conversation changed');
    problems.push(...this.#growthProblems(history));
    this.#head ??= headJson;
    if (history.length > this.#history.length) {
      this.#said = [];
      this.#saidNothing = false;
    }
    this.#history = history;
    return problems;
  }

  #growthProblems(history: readonly WireMessage[]): string[] {
    const before = this.#history;
    if (before.length === 0) return history.length === 1 ? [] : ['a conversation starts in the middle'];
    if (history.length < before.length) return ['the history became shorter'];
    for (const [index, message] of before.entries()) {
      if (JSON.stringify(history[index]) !== JSON.stringify(message))
        return [`message ${index} of the history changed`];
    }
    const [turn, ...rest] = history.slice(before.length);
    if (!turn) return [];
    if (turn.role !== 'assistant') return this.#saidNothing ? [] : ['the turn of the model was left out'];
    const problems = rest.some((message) => message.role !== 'user')
      ? ['more than one turn of the model was added']
      : [];
    const json = JSON.stringify(turn.content);
    const isCut = (said: string) => said === JSON.stringify(withoutLast(turn.content));
    if (this.#said.some((said) => said === json || isCut(said))) return problems;
    return [
      ...problems,
      `the turn of the model is not what was said: ${json} and not ${this.#said.join(' or ')}`,
    ];
  }
}

/** The last call without its input: all we know of one that was cut off. */
function withoutLast(content: WireMessage['content']): unknown {
  if (typeof content === 'string') return content;
  return content.map((block, index) => {
    if (index < content.length - 1) return block;
    const { input: _, ...rest } = block;
    return rest;
  });
}

/** A message without markers of the cache, which are no part of the history. */
function bare(message: WireMessage | undefined): WireMessage {
  if (!message || typeof message.content === 'string') return message ?? { role: '', content: '' };
  const content = message.content.map(({ cache_control: _, ...block }) => block as Block);
  return { ...message, content };
}

function headProblems(body: Body): string[] {
  const problems: string[] = [];
  if (body.stream !== true) problems.push('the request does not ask for a stream');
  for (const name of ['temperature', 'top_p', 'top_k']) {
    if (body[name] !== undefined) problems.push(`${name} is not taken any more`);
  }
  const choice = body['tool_choice'] as { type?: string } | undefined;
  if (choice && choice.type !== 'auto') problems.push('a tool is forced');
  const markers = markersIn([body.tools, body.system, body.messages]);
  if (body['cache_control']) markers.push('5m');
  if (markers.length > 4) problems.push(`${markers.length} cache markers`);
  if (markers.lastIndexOf('1h') > markers.indexOf('5m') && markers.includes('5m'))
    problems.push('a 1h marker behind a 5m one');
  return problems;
}

function markersIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    return key === 'cache_control' && one ? [(one as { ttl?: string }).ttl ?? '5m'] : markersIn(one);
  });
}

/** Every call is answered once, in order, at the start of the very next message. */
function pairProblems(history: readonly WireMessage[]): string[] {
  const problems: string[] = [];
  for (const [index, message] of history.entries()) {
    const before = history[index - 1];
    const calls =
      before?.role === 'assistant' ? blocks(before).filter((block) => block.type === 'tool_use') : [];
    const asked = calls.map((block) => block.id);
    const results =
      message.role === 'user' ? blocks(message).filter((block) => block.type === 'tool_result') : [];
    const answered = results.map((block) => block['tool_use_id']);
    if (JSON.stringify(asked) !== JSON.stringify(answered)) {
      problems.push(
        `message ${index} answers ${JSON.stringify(answered)} where ${JSON.stringify(asked)} was asked`,
      );
    }
    if (
      blocks(message)
        .slice(0, results.length)
        .some((block) => block.type !== 'tool_result') &&
      results.length > 0
    ) {
      problems.push(`message ${index} says something before it answers`);
    }
  }
  const last = history.at(-1);
  if (last?.role === 'assistant' && blocks(last).some((block) => block.type === 'tool_use')) {
    problems.push('the last calls have no answer');
  }
  return problems;
}

function contentProblems(history: readonly WireMessage[]): string[] {
  return history.flatMap((message, index) => {
    if (message.content.length === 0) return [`message ${index} is empty`];
    const empty = blocks(message).some(
      (block) => block.type === 'text' && block.text === '' && message.role === 'user',
    );
    return empty ? [`message ${index} has an empty text`] : [];
  });
}

function blocks(message: WireMessage): readonly Block[] {
  return typeof message.content === 'string' ? [] : message.content;
}
