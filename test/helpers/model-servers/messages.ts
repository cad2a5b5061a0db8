import type { Block, WireMessage } from '../messages-check.ts';
import { eventsOf } from '../messages-stream.ts';
import { type Asked, beforeModel, type Dialect, type Reply } from './dialect.ts';
import type { Offered } from './offered.ts';

interface Tool {
  readonly name: string;
  readonly input_schema?: Offered['schema'];
}

/** The Messages API. */
export const messages: Dialect = {
  paths: /^\/v1\/messages$/,
  key: (headers) =>
    (headers['x-api-key'] as string | undefined) ?? headers.authorization?.replace(/^Bearer /, ''),
  read(body) {
    const all = body['messages'] as readonly WireMessage[];
    const tools = (body['tools'] ?? []) as readonly Tool[];
    return {
      model: String(body['model']),
      first: beforeModel(all, ofModel),
      turn: all.filter(ofModel).length,
      history: JSON.stringify(all),
      tools: tools.map(offered),
      search: tools.filter(({ name }) => name === 'ToolSearch').map(offered)[0],
      streams: body['stream'] === true,
    };
  },
  stream(reply, asked, place) {
    const step = { say: [], usage: { input_tokens: reply.usage.input, output_tokens: reply.usage.output } };
    return eventsOf(step, [block(reply, place)], asked.model, place).map(
      (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    );
  },
  whole: (reply, asked: Asked, place) => ({
    id: `msg_${place}`,
    type: 'message',
    role: 'assistant',
    model: asked.model,
    content: [block(reply, place)],
    stop_reason: 'call' in reply ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: reply.usage.input, output_tokens: reply.usage.output },
  }),
  unknownKey: 'invalid x-api-key',
  error: (status, message) => ({ type: 'error', error: { type: errorType(status), message } }),
  limited: (until) => ({
    status: 429,
    headers: {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-reset': String(until),
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-status': 'rejected',
      'anthropic-ratelimit-unified-5h-reset': String(until),
      'anthropic-ratelimit-unified-5h-utilization': '1',
      'retry-after': String(Math.max(0, until - Math.floor(Date.now() / 1000))),
    },
    body: {
      type: 'error',
      error: { type: 'rate_limit_error', message: "This request would exceed your account's rate limit." },
    },
  }),
};

function offered({ name, input_schema = {} }: Tool): Offered {
  return { name, schema: input_schema };
}

function ofModel({ role, content }: WireMessage): boolean {
  const isSearch = typeof content !== 'string' && content.some((one) => one['name'] === 'ToolSearch');
  return role === 'assistant' && !isSearch;
}

function block(reply: Reply, place: string): Block {
  if ('text' in reply) return { type: 'text', text: reply.text };
  return { type: 'tool_use', id: `toolu_${place}`, name: reply.call.tool.name, input: reply.call.input };
}

function errorType(status: number): string {
  const types: Readonly<Record<number, string>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    429: 'rate_limit_error',
    529: 'overloaded_error',
  };
  return types[status] ?? 'api_error';
}
