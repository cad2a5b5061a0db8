import { beforeModel, type Dialect, type Reply } from './dialect.ts';
import type { Offered } from './offered.ts';

interface Message {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_calls?: readonly { readonly function?: { readonly name?: string } }[];
}
interface Tool {
  readonly function?: { readonly name: string; readonly parameters?: Offered['schema'] };
}

/** Chat completions. */
export const chat: Dialect = {
  paths: /^\/v1\/chat\/completions$/,
  key: (headers) => headers.authorization?.replace(/^Bearer /, ''),
  read(body) {
    const all = (body['messages'] ?? []) as readonly Message[];
    return {
      model: String(body['model']),
      first: beforeModel(all, ofModel),
      turn: all.filter(ofModel).length,
      history: JSON.stringify(all),
      search: offeredBy(body).find(({ name }) => name === 'tool_search'),
      tools: offeredBy(body),
      streams: body['stream'] === true,
    };
  },
  stream(reply, asked, place) {
    const chunk = (choices: readonly object[], more: object = {}) =>
      `data: ${JSON.stringify({ id: `chatcmpl_${place}`, object: 'chat.completion.chunk', created: 1, model: asked.model, choices, ...more })}\n\n`;
    const delta = (change: object, finish_reason: string | null = null) =>
      chunk([{ index: 0, delta: change, finish_reason }]);
    return [
      delta({
        role: 'assistant',
        ...('text' in reply ? { content: reply.text } : { tool_calls: [call(reply, place)] }),
      }),
      delta({}, 'text' in reply ? 'stop' : 'tool_calls'),
      chunk([], { usage: usageOf(reply) }),
      'data: [DONE]\n\n',
    ];
  },
  whole: (reply, asked, place) => ({
    id: `chatcmpl_${place}`,
    object: 'chat.completion',
    created: 1,
    model: asked.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'text' in reply ? reply.text : null,
          ...('text' in reply ? {} : { tool_calls: [call(reply, place)] }),
        },
        finish_reason: 'text' in reply ? 'stop' : 'tool_calls',
      },
    ],
    usage: usageOf(reply),
  }),
  unknownKey: 'Incorrect API key provided: sk-scrip****.',
  error: (status, message) => ({
    error: {
      message,
      type: status === 401 ? 'invalid_request_error' : 'server_error',
      code: status === 401 ? 'invalid_api_key' : null,
    },
  }),
  limited(until) {
    const seconds = Math.max(0, until - Math.floor(Date.now() / 1000));
    const again = `${Math.floor(seconds / 60)}m${seconds % 60}s`;
    return {
      status: 429,
      headers: { 'retry-after': String(seconds) },
      body: {
        error: {
          message: `Rate limit reached for requests per day. Please try again in ${again}.`,
          type: 'requests',
          code: 'rate_limit_exceeded',
        },
      },
    };
  },
};

/** Some clients put words into the mouth of the model before they ask it anything. */
function ofModel({ role, content, tool_calls = [] }: Message): boolean {
  const isGreeting = typeof content === 'string' && content.startsWith('Got it. Thanks');
  const isSearch = tool_calls[0]?.function?.name === 'tool_search';
  return role === 'assistant' && !isGreeting && !isSearch;
}

function offeredBy(body: Readonly<Record<string, unknown>>): readonly Offered[] {
  return ((body['tools'] ?? []) as readonly Tool[]).flatMap((tool) =>
    tool.function ? [{ name: tool.function.name, schema: tool.function.parameters ?? {} }] : [],
  );
}

function call(reply: Reply, place: string): object {
  if ('text' in reply) return {};
  const { tool, input } = reply.call;
  return {
    index: 0,
    id: `call_${place}`,
    type: 'function',
    function: { name: tool.name, arguments: JSON.stringify(input) },
  };
}

function usageOf({ usage: { input, output } }: Reply): object {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}
