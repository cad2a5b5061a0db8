import type { Stream } from '@agentclientprotocol/sdk';

type Message = Parameters<ReturnType<Stream['writable']['getWriter']>['write']>[0];

/** Messages that may wait for an agent that asks and does not read. */
const unreadCap = 10_000;

/**
 * The two pipes of an agent as a stream of messages: lines it prints come in by `take`, lines for its stdin go out by
 * `lines`.
 */
export interface Wire {
  readonly stream: Stream;
  /** For `exec`; ends with `hangUp`. */
  readonly lines: AsyncIterable<string>;
  /** One line of stdout. False when it is no message for us: then nothing happens. */
  take(line: string): boolean;
  /** No more is written: the agent finds the end of its stdin. */
  hangUp(): void;
  /** The agent has ended: whoever waits for an answer is told so. */
  gone(): void;
}

/**
 * Opens one. What tells something goes to `onTold`, and neither that nor answers nobody asked for, nor what is no message,
 * reach the library: it holds them against its schemas and prints what it does not know.
 */
export function openWire(onTold: (method: string, params: unknown) => void): Wire {
  const asked = new Set<unknown>();
  const waiting: string[] = [];
  let over = false;
  let wake = (): void => undefined;
  let incoming: ReadableStreamDefaultController<Message>;
  let ended = false;
  const readable = new ReadableStream<Message>({
    start: (controller) => {
      incoming = controller;
    },
    cancel: () => {
      ended = true;
    },
  });
  const writable = new WritableStream<Message>({
    write: (message) => {
      if (over || waiting.length >= unreadCap) throw new Error('nobody reads any more');
      if ('method' in message && 'id' in message) asked.add(message.id);
      waiting.push(`${JSON.stringify(message)}\n`);
      wake();
    },
  });
  const hangUp = (): void => {
    over = true;
    wake();
  };
  return {
    stream: { readable, writable },
    lines: {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          const line = waiting.shift();
          if (line !== undefined) yield line;
          else if (over) return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      },
    },
    take(line) {
      const message = messageOf(line);
      if (ended || message === undefined) return false;
      if (!('method' in message)) {
        if (!asked.delete(message.id)) return false;
      } else if (!('id' in message)) {
        try {
          onTold(message.method, message.params);
        } catch {
          // Nested beyond what can be written out: a line like any other, which must not end us.
          return false;
        }
        return true;
      }
      incoming.enqueue(message);
      return true;
    },
    hangUp,
    gone() {
      hangUp();
      if (!ended) incoming.close();
      ended = true;
    },
  };
}

/** A request, a notification or an answer; agents print other things, too. */
function messageOf(line: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { jsonrpc, id, method } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0' || !(id === undefined || id === null || ['string', 'number'].includes(typeof id)))
    return undefined;
  const isCall = typeof method === 'string';
  const isAnswer = method === undefined && typeof id === 'number';
  return isCall || isAnswer ? (value as Message) : undefined;
}
