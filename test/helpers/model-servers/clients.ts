import type { ApiName } from './model-server.ts';

/** The least a client of an API has to say. */
interface Client {
  readonly path: string;
  /** A request with these turns of the model in it, after the brief; null: none of our tools is offered. */
  body(turns: number, tools?: 'shell' | 'claim' | null): object;
  readonly headers: (key: string) => Record<string, string>;
}

const shell = {
  type: 'object',
  properties: { command: { type: 'string' }, why: { type: 'string' } },
  required: ['command', 'why'],
};
const claim = { type: 'object', properties: { claim: { type: 'string' }, did: { type: 'string' } } };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const twice = <T>(count: number, pair: (n: number) => readonly T[]) =>
  Array.from({ length: count }, (_, n) => pair(n)).flat();

/** The least client of each API, for tests of the servers. */
export const clients: Record<ApiName, Client> = {
  messages: {
    path: '/v1/messages?beta=true',
    headers: (key) => ({ 'x-api-key': key }),
    body: (turns, tools = 'shell') => ({
      model: 'm',
      stream: true,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Work on F001.' }] },
        ...twice(turns, (n) => [
          { role: 'assistant', content: `turn ${n}` },
          { role: 'user', content: 'and?' },
        ]),
      ],
      tools: named(tools, 'Bash', 'mcp__agentloop__claim').map(([name, input_schema]) => ({
        name,
        input_schema,
      })),
    }),
  },
  responses: {
    path: '/v1/responses',
    headers: bearer,
    body: (turns, tools = 'shell') => ({
      model: 'm',
      stream: true,
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Work on F001.' }] },
        ...twice(turns, (n) => [
          { type: 'reasoning', summary: [] },
          { type: 'function_call', call_id: `c${n}`, name: 'shell_command', arguments: '{}' },
          { type: 'function_call_output', call_id: `c${n}`, output: 'fine' },
        ]),
      ],
      tools: [
        ...named(tools === 'claim' ? 'shell' : tools, 'shell_command', '').map(([name, parameters]) => ({
          type: 'function',
          name,
          parameters,
        })),
        ...(tools === 'claim'
          ? [
              {
                type: 'namespace',
                name: 'mcp__agentloop__',
                tools: [{ type: 'function', name: 'claim', parameters: claim }],
              },
            ]
          : []),
      ],
    }),
  },
  gemini: {
    path: '/v1beta/models/m:streamGenerateContent?alt=sse',
    headers: (key) => ({ 'x-goog-api-key': key }),
    body: (turns, tools = 'shell') => ({
      contents: [
        { role: 'user', parts: [{ text: 'Work on F001.' }] },
        ...twice(turns, (n) => [
          { role: 'model', parts: [{ functionCall: { name: 'run_shell_command', args: { n } } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'run_shell_command', response: {} } }] },
        ]),
      ],
      tools: [
        {
          functionDeclarations: named(tools, 'run_shell_command', 'mcp_agentloop_claim').map(
            ([name, parametersJsonSchema]) => ({ name, parametersJsonSchema }),
          ),
        },
      ],
    }),
  },
  chat: {
    path: '/v1/chat/completions',
    headers: bearer,
    body: (turns, tools = 'shell') => ({
      model: 'm',
      stream: true,
      messages: [
        { role: 'system', content: 'Be good.' },
        { role: 'user', content: 'Work on F001.' },
        ...twice(turns, (n) => [
          { role: 'assistant', content: `turn ${n}` },
          { role: 'user', content: 'and?' },
        ]),
      ],
      tools: named(tools, 'bash', 'agentloop_claim').map(([name, parameters]) => ({
        type: 'function',
        function: { name, parameters },
      })),
    }),
  },
};

function named(
  tools: 'shell' | 'claim' | null,
  shellName: string,
  claimName: string,
): (readonly [string, object])[] {
  if (tools === null) return [['read_file', {}]];
  return tools === 'shell'
    ? [[shellName, shell]]
    : [
        [shellName, shell],
        [claimName, claim],
      ];
}
