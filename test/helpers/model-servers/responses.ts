import { beforeModel, type Dialect, type Reply } from './dialect.ts';
import type { Offered } from './offered.ts';

interface Item {
  readonly type?: string;
  readonly role?: string;
  /** What a search for tools found. */
  readonly tools?: readonly Tool[];
}
interface Tool {
  readonly type: string;
  readonly name?: string;
  readonly parameters?: Offered['schema'];
  /** Of a namespace. */
  readonly tools?: readonly Tool[];
}

/** The Responses API. Its history is a list of items, of which the model may have said several in one turn: here, one. */
export const responses: Dialect = {
  paths: /^\/v1\/responses$/,
  key: (headers) => headers.authorization?.replace(/^Bearer /, ''),
  read(body) {
    const all = body['input'] as readonly Item[];
    const tools = (body['tools'] ?? []) as readonly Tool[];
    const searched = all.filter(({ type }) => type === 'tool_search_output');
    return {
      model: String(body['model']),
      first: beforeModel(all, ofModel),
      turn: all.filter(ofModel).length,
      history: JSON.stringify(all),
      tools: [...tools, ...searched.flatMap((item) => item.tools ?? [])].flatMap((tool) => offered(tool)),
      search: tools.some(({ type }) => type === 'tool_search')
        ? { name: 'tool_search', schema: {} }
        : undefined,
      streams: body['stream'] === true,
    };
  },
  stream(reply, asked, place) {
    const response = { id: `resp_${place}`, object: 'response', model: asked.model };
    const item = itemOf(reply, place);
    const at = { output_index: 0 };
    const events: object[] = [
      { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
      {
        type: 'response.output_item.added',
        ...at,
        item: { ...item, ...('text' in reply ? { content: [] } : {}) },
      },
      ...('text' in reply
        ? [
            {
              type: 'response.output_text.delta',
              ...at,
              item_id: item.id,
              content_index: 0,
              delta: reply.text,
            },
          ]
        : []),
      { type: 'response.output_item.done', ...at, item },
      {
        type: 'response.completed',
        response: { ...response, status: 'completed', output: [item], usage: usageOf(reply) },
      },
    ];
    return events.map((event, index) => {
      const { type } = event as { type: string };
      return `event: ${type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`;
    });
  },
  unknownKey: 'Incorrect API key provided: sk-scrip****.',
  error: (status, message) => ({
    error: {
      message,
      type: status === 401 ? 'invalid_request_error' : 'server_error',
      code: codeOf(status),
      param: null,
    },
  }),
  limited: (until) => ({
    status: 429,
    headers: {
      'x-codex-primary-used-percent': '100',
      'x-codex-primary-window-minutes': '300',
      'x-codex-primary-reset-at': String(until),
    },
    body: {
      error: {
        type: 'usage_limit_reached',
        message: 'The usage limit has been reached',
        plan_type: 'plus',
        resets_at: until,
        resets_in_seconds: Math.max(0, until - Math.floor(Date.now() / 1000)),
      },
    },
  }),
};

function ofModel(item: Item): boolean {
  return item.role === 'assistant' || item.type === 'function_call' || item.type === 'custom_tool_call';
}

function offered(tool: Tool, namespace?: string): readonly Offered[] {
  if (tool.type === 'namespace') return (tool.tools ?? []).flatMap((one) => offered(one, tool.name));
  if (tool.name === undefined) return [];
  const schema = tool.parameters ?? {};
  return [namespace === undefined ? { name: tool.name, schema } : { name: tool.name, namespace, schema }];
}

function itemOf(reply: Reply, place: string): { readonly id: string } & Readonly<Record<string, unknown>> {
  if ('text' in reply) {
    const content = [{ type: 'output_text', text: reply.text, annotations: [] }];
    return { id: `msg_${place}`, type: 'message', role: 'assistant', status: 'completed', content };
  }
  const { tool, input } = reply.call;
  const call = { status: 'completed', call_id: `call_${place}` };
  if (tool.name === 'tool_search')
    return { id: `ts_${place}`, type: 'tool_search_call', execution: 'client', ...call, arguments: input };
  return {
    id: `fc_${place}`,
    type: 'function_call',
    ...call,
    name: tool.name,
    ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
    arguments: JSON.stringify(input),
  };
}

function usageOf({ usage: { input, output } }: Reply): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
}

function codeOf(status: number): string {
  if (status === 401) return 'invalid_api_key';
  if (status === 429) return 'rate_limit_exceeded';
  return status === 503 ? 'server_is_overloaded' : 'server_error';
}
