import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chat } from './chat.ts';
import type { Asked, Dialect, Reply } from './dialect.ts';
import { gemini } from './gemini.ts';
import { messages } from './messages.ts';
import { type Conversation, type Move, moveFor } from './moves.ts';
import { claimOf, shellInput, shellOf } from './offered.ts';
import { responses } from './responses.ts';

const dialects = { messages, responses, gemini, chat };
export type ApiName = keyof typeof dialects;

/**
 * A loopback server that speaks one API of models and plays a script (moves.ts) that is the same for all of them. It is
 * for programs of other people: what they put into a request is their business, but each must come to a path of the
 * API, with the key, and be a turn of the script. One that is not gets a 400 and stands in `violations`.
 *
 * Requests that offer no tool that runs commands are asides (titles, summaries): answered with one word, and kept apart.
 */
export interface ModelServer extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  readonly requests: readonly Seen[];
  readonly asides: readonly Asked[];
  readonly violations: readonly string[];
  /** Turns of the script no request came to: `F001: turn 2`. */
  unplayed(): readonly string[];
}

/** A request of a conversation of the script. */
export interface Seen extends Asked {
  /** From 0: how often this turn had been asked for before. */
  readonly attempt: number;
  /** ms since 1970. */
  readonly at: number;
}

/** Starts one on a free port of 127.0.0.1. */
export async function modelServer(
  api: ApiName,
  script: readonly Conversation[],
  key: string,
): Promise<ModelServer> {
  const dialect: Dialect = dialects[api];
  const requests: Seen[] = [];
  const asides: Asked[] = [];
  const violations: string[] = [];
  const attempts = new Map<string, number>();
  let places = 0;

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await textOf(request);
    const path = request.url?.split('?')[0] ?? '';
    const refuse = (what: string) => {
      violations.push(what);
      send(response, 400, {}, dialect.error(400, `unexpected: ${what}`));
    };
    if (request.method !== 'POST' || !dialect.paths.test(path))
      return refuse(`${request.method} ${request.url} is not served; it came with ${body.slice(0, 300)}`);
    if (dialect.key(request.headers) !== key) return refuse(`${path} came without the key`);
    const asked = dialect.read(JSON.parse(body), path);
    places += 1;
    const place = `${asked.turn}_${places}`;
    if (shellOf(asked.tools) === undefined) {
      asides.push(asked);
      return answer(dialect, response, asked, { text: 'Fine.', usage: { input: 0, output: 0 } }, place);
    }
    const found = moveFor(script, asked, (name) => attempts.get(name) ?? 0);
    if (typeof found === 'string') return refuse(found);
    attempts.set(found.name, found.attempt + 1);
    requests.push({ ...asked, attempt: found.attempt, at: Date.now() });
    play(dialect, response, asked, found.move, place);
  };

  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    take(request, response).catch((error: unknown) => {
      violations.push(`the server itself broke: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    asides,
    violations,
    unplayed: () =>
      script
        .flatMap(({ when, turns }) => turns.map((_, turn) => `${when}: turn ${turn}`))
        .filter((name) => !attempts.has(name)),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function play(dialect: Dialect, response: ServerResponse, asked: Asked, move: Move, place: string): void {
  if ('status' in move) {
    const { status, headers = {} } = move;
    const { words = status === 401 ? dialect.unknownKey : `scripted ${status}` } = move;
    return send(response, status, headers, dialect.error(status, words));
  }
  if ('limitedUntil' in move) {
    const { status, headers = {}, body } = dialect.limited(move.limitedUntil);
    return send(response, status, headers, body);
  }
  if ('stall' in move) {
    if (move.stall === 'before headers') return;
    const [start = ''] = dialect.stream({ text: 'So', usage: { input: 1, output: 1 } }, asked, place);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(start);
    return;
  }
  answer(dialect, response, asked, replyOf(move, asked), place);
}

/** What is looked for where not all tools are offered at once. */
const wanted = 'agentloop claim';

/** The move in terms of the tools that were offered. */
function replyOf(
  move: Extract<Move, { say: string } | { run: string } | { did: string }>,
  asked: Asked,
): Reply {
  const { usage = { input: 100, output: 20 } } = move;
  if ('say' in move) return { text: move.say, usage };
  if ('run' in move) {
    const tool = shellOf(asked.tools);
    if (tool === undefined) throw new Error('no shell is offered');
    return { call: { tool, input: shellInput(tool, move.run) }, usage };
  }
  const { usage: _, ...input } = move;
  const tool = claimOf(asked.tools);
  if (tool) return { call: { tool, input }, usage };
  const { search, history } = asked;
  // Once: where it finds nothing, there is nothing.
  if (search === undefined || history.includes(wanted)) return { text: move.did, usage };
  return { call: { tool: search, input: { query: wanted } }, usage };
}

function answer(dialect: Dialect, response: ServerResponse, asked: Asked, reply: Reply, place: string): void {
  if (!asked.streams && dialect.whole) return send(response, 200, {}, dialect.whole(reply, asked, place));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of dialect.stream(reply, asked, place)) response.write(piece);
  response.end();
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
