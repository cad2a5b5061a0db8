import { beforeModel, type Dialect, type Reply } from './dialect.ts';
import type { Offered } from './offered.ts';

interface Content {
  readonly role?: string;
}
interface Declared {
  readonly name: string;
  readonly parameters?: Offered['schema'];
  readonly parametersJsonSchema?: Offered['schema'];
}

/** generateContent and streamGenerateContent of the Gemini API. */
export const gemini: Dialect = {
  paths: /^\/v1beta\/models\/[^/:]+:(generateContent|streamGenerateContent)$/,
  key: (headers) => headers['x-goog-api-key'] as string | undefined,
  read(body, path) {
    const all = (body['contents'] ?? []) as readonly Content[];
    const sets = (body['tools'] ?? []) as readonly { functionDeclarations?: readonly Declared[] }[];
    return {
      model: /models\/([^/:]+):/.exec(path)?.[1] ?? '',
      first: beforeModel(all, ({ role }) => role === 'model'),
      turn: all.filter(({ role }) => role === 'model').length,
      history: JSON.stringify(all),
      tools: sets.flatMap(({ functionDeclarations = [] }) =>
        functionDeclarations.map(({ name, parameters, parametersJsonSchema }) => ({
          name,
          schema: lowered(parametersJsonSchema ?? parameters ?? {}),
        })),
      ),
      streams: path.endsWith(':streamGenerateContent'),
    };
  },
  stream: (reply, asked, place) => [`data: ${JSON.stringify(answer(reply, asked.model, place))}\r\n\r\n`],
  whole: (reply, asked, place) => answer(reply, asked.model, place),
  unknownKey: 'API key not valid. Please pass a valid API key.',
  error: (status, message) => ({ error: { code: status, message, status: statusName(status) } }),
  limited: (until) => ({
    status: 429,
    headers: { 'retry-after': String(Math.max(0, until - Math.floor(Date.now() / 1000))) },
    body: {
      error: {
        code: 429,
        message: 'You exceeded your current quota, please check your plan and billing details.',
        status: 'RESOURCE_EXHAUSTED',
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
            violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel', quotaValue: '50' }],
          },
          {
            '@type': 'type.googleapis.com/google.rpc.RetryInfo',
            retryDelay: `${Math.max(0, until - Math.floor(Date.now() / 1000))}s`,
          },
        ],
      },
    },
  }),
};

function answer(reply: Reply, model: string, place: string): object {
  const { input, output } = reply.usage;
  const part =
    'text' in reply
      ? { text: reply.text }
      : { functionCall: { id: `call_${place}`, name: reply.call.tool.name, args: reply.call.input } };
  return {
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
    },
    modelVersion: model,
    responseId: `resp_${place}`,
  };
}

/** This API also writes its types in capitals. */
function lowered(schema: Offered['schema']): Offered['schema'] {
  const small = (_: string, value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
  const properties = Object.entries(schema.properties ?? {}).map(([name, one]) => [
    name,
    { ...one, type: JSON.parse(JSON.stringify(one.type ?? 'string', small)) as unknown },
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

function statusName(status: number): string {
  const names: Readonly<Record<number, string>> = {
    400: 'INVALID_ARGUMENT',
    401: 'UNAUTHENTICATED',
    429: 'RESOURCE_EXHAUSTED',
    503: 'UNAVAILABLE',
  };
  return names[status] ?? 'INTERNAL';
}
