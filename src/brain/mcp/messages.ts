import type { Readable } from 'node:stream';

/** A request of a client, as JSON-RPC has it. */
export interface Asked {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An error of the protocol; the code is one of JSON-RPC. */
export class Refused extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes of JSON-RPC. */
export const codes = {
  notJson: -32700,
  noRequest: -32600,
  noMethod: -32601,
  badParams: -32602,
  ours: -32603,
} as const;

/** Characters of a line; the largest thing anybody has to say here is a claim of 64 KiB. */
const lineCap = 4 * 1024 * 1024;

type Id = string | number;

/** Where answers go. */
export interface Output {
  write(text: string): unknown;
}

/**
 * Reads requests from `input`, a message a line, and writes what `answer` gives to each, until the input ends. Notifications
 * and answers are nobody's business here. A line that is no message is answered with an error, and what was begun is not
 * finished where its line is not.
 */
export async function answerAll(
  input: Readable,
  output: Output,
  answer: (asked: Asked) => Promise<object> | object,
): Promise<void> {
  const send = (message: object) => output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const open = new Set<Promise<void>>();
  const take = (line: string): void => {
    if (line.trim() === '') return;
    let messages: unknown;
    try {
      messages = JSON.parse(line);
    } catch {
      return void send({ id: null, error: { code: codes.notJson, message: 'This line is no JSON.' } });
    }
    // Older versions of the protocol know several in one line.
    for (const message of Array.isArray(messages) ? messages : [messages]) {
      const one = done(message, answer).then((said) => said && void send(said));
      open.add(one);
      void one.finally(() => open.delete(one));
    }
  };
  let rest = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    // What is left of it is answered as what it then is: no JSON.
    if (rest.length > lineCap) rest = '';
  }
  await Promise.all(open);
}

/** The answer to one message; undefined where none is due. Never throws. */
async function done(
  message: unknown,
  answer: (asked: Asked) => Promise<object> | object,
): Promise<object | undefined> {
  const { id, method, params } = (message ?? {}) as Record<string, unknown>;
  const hasId = typeof id === 'string' || typeof id === 'number';
  if (typeof method !== 'string') {
    if (hasId) return undefined;
    return { id: null, error: { code: codes.noRequest, message: 'This is no message of JSON-RPC 2.0.' } };
  }
  if (!hasId) return undefined;
  const isObject = typeof params === 'object' && params !== null;
  try {
    const result = await answer({ method, params: isObject ? (params as Asked['params']) : {} });
    return { id: id as Id, result };
  } catch (error) {
    const code = error instanceof Refused ? error.code : codes.ours;
    return { id: id as Id, error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}
