import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Body, Conversations } from './messages-check.ts';
import { answerWith, type Script, stepFor } from './messages-script.ts';

/**
 * A loopback server that speaks the streaming Messages API and plays back a script. It looks at every request the way
 * the real one would, and harder (messages-check.ts): credentials, a frozen head, history that only grows, assistant
 * turns sent back to the byte, every call answered once and in order. A request that breaks a rule gets a 400 and
 * stands in `violations`: let every test end with `expect(server.violations).toEqual([])`.
 *
 *   await using server = await messagesServer([
 *     [{ status: 529 }, { say: [call('bash', { command: 'npm test' })] }],   // turn 0: first attempt, then the rest
 *     { say: [call('claim', { claim: 'done', did: 'it' })] },                // turn 1
 *     { say: [text('Mended.')] },                                            // turn 2: after a refusal, say
 *   ]);
 *
 * The turn of a request is the number of assistant messages in it, so a client that is killed and goes on is answered
 * rightly without any reset. Several conversations (sessions) are told apart by their first message: give
 * `[{ when: 'F001', turns: [...] }, { when: 'F002', turns: [...] }]`, and the first whose `when` is part of that message
 * is played. A second session with the very same brief starts the same turns from the top.
 *
 * For tests of the real binary: start the server in the test, run the binary as a child process that is awaited (not
 * spawnSync, which would stop this server too) with the environment `{ ANTHROPIC_BASE_URL: server.url,
 * ANTHROPIC_API_KEY: server.key }`, then look at `server.violations`, `server.requests` and `server.unplayed()`.
 */
export interface MessagesServer extends AsyncDisposable {
  readonly url: string;
  readonly key: string;
  /** Every request that came, in order. */
  readonly requests: readonly SeenRequest[];
  /** What the requests did wrong. */
  readonly violations: readonly string[];
  /** Turns of the script no request came to: `F001: turn 2`. */
  unplayed(): string[];
}

export interface SeenRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: Body;
  /** From 0: how many turns of the model it holds. */
  readonly turn: number;
  /** From 0: how often this turn had been asked for before. */
  readonly attempt: number;
}

export async function messagesServer(script: Script, key = 'test-key-0123456789'): Promise<MessagesServer> {
  const requests: SeenRequest[] = [];
  const violations: string[] = [];
  const conversations = new Conversations();
  const attempts = new Map<string, number>();
  const played = new Set<string>();
  const open = new Set<ServerResponse>();

  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await textOf(request)) as Body;
    const conversation = conversations.of(body);
    const wrong = [...credentialProblems(request, key), ...conversation.check(body)];
    const turn = body.messages.filter((message) => message.role === 'assistant').length;
    const place = `${conversation.number}/${turn}`;
    const attempt = attempts.get(place) ?? 0;
    attempts.set(place, attempt + 1);
    const seen = { headers: request.headers, body, turn, attempt };
    requests.push(seen);
    const found = stepFor(script, seen, conversation.first);
    if (typeof found === 'string') wrong.push(found);
    if (typeof found === 'string' || wrong.length > 0) {
      violations.push(...wrong.map((what) => `request ${requests.length} (turn ${turn}): ${what}`));
      respond(response, 400, {}, errorBody('invalid_request_error', wrong.join('; ')));
      return;
    }
    played.add(found.name);
    const { step } = found;
    if ('drop' in step) response.destroy();
    else if ('status' in step)
      respond(response, step.status, step.headers ?? {}, step.body ?? defaultBody(step.status));
    else await answerWith(step, { body, response, place, sent: (content) => conversation.sent(content) });
  };

  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    response.on('error', () => undefined);
    take(request, response).catch((error: unknown) => {
      violations.push(`the server itself broke: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    requests,
    violations,
    unplayed: () => allTurns(script).filter((name) => !played.has(name)),
    async [Symbol.asyncDispose]() {
      for (const response of open) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function allTurns(script: Script): string[] {
  if (typeof script === 'function') return [];
  return script.flatMap((entry, index) => {
    if (!('when' in entry)) return [`turn ${index}`];
    return entry.turns.map((_, turn) => `${entry.when}: turn ${turn}`);
  });
}

function credentialProblems(request: IncomingMessage, key: string): string[] {
  return [
    ...(request.method === 'POST' && request.url?.split('?')[0] === '/v1/messages'
      ? []
      : [`${request.method} ${request.url} is not served`]),
    ...(request.headers.authorization === `Bearer ${key}` ? [] : ['the Authorization header is not the key']),
    ...(request.headers['x-api-key'] === undefined ? [] : ['x-api-key is not sent any more']),
    ...(request.headers['anthropic-version'] ? [] : ['anthropic-version is missing']),
  ];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function respond(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
) {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_test', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

export function errorBody(type: string, message: string, code?: string): object {
  return {
    type: 'error',
    error: { type, message, ...(code === undefined ? {} : { details: { error_code: code } }) },
  };
}

function defaultBody(status: number): object {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    402: 'billing_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  };
  return errorBody(types[status] ?? 'api_error', `scripted ${status}`);
}
