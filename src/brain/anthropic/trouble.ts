/** What went wrong with a request. The kind decides what is done about it (retry.ts). */
export interface Trouble {
  readonly kind:
    | 'server'
    | 'connection'
    | 'idle'
    | 'rate-limit'
    | 'malformed'
    | 'too-long'
    | 'changed'
    | 'credential'
    | 'money'
    | 'no-model'
    | 'rejected'
    | 'stopped'
    | 'time'
    | 'died';
  /** A sentence for people, bounded. */
  readonly reason: string;
  readonly status?: number;
  readonly requestId?: string;
  /** ms the server asked us to wait. */
  readonly retryAfterMs?: number;
  /** The server said that trying again is of no use. */
  readonly isFinal?: true;
}
export type TroubleKind = Trouble['kind'];

/** What we read of an error of the SDK: by its shape, so that the SDK need not be loaded to tell. */
interface ApiShape {
  readonly message: string;
  readonly name: string;
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly errorCode: string | undefined;
  readonly requestId: string | undefined;
  readonly header: (name: string) => string | undefined;
  readonly isSyntax: boolean;
}

const longest = 500;

/** Names what a failed request failed of. `now`: ms since 1970, for a date in `retry-after`. */
export function troubleOf(error: unknown, now: number): Trouble {
  const shape = shapeOf(error);
  const retryAfterMs = retryAfter(shape.header, now);
  return {
    kind: kindOf(shape),
    reason: reasonOf(shape),
    ...(shape.status === undefined ? {} : { status: shape.status }),
    ...(shape.requestId === undefined ? {} : { requestId: shape.requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(shape.header('x-should-retry') === 'false' ? { isFinal: true as const } : {}),
  };
}

const spendLimits = new Set([
  'enforced_spend_limit_reached',
  'contract_spend_limit_reached',
  'linked_organization_spend_limit_reached',
]);

/** An error inside a stream has a type and no status. */
const statusOfType: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 529,
  timeout_error: 504,
  api_error: 500,
  overloaded_error: 529,
  conflict_error: 409,
};

function kindOf(shape: ApiShape): TroubleKind {
  const { message, errorCode } = shape;
  const status = shape.status ?? statusOfType[shape.type ?? ''];
  if (errorCode !== undefined && spendLimits.has(errorCode)) return 'money';
  if (status === undefined) {
    if (shape.isSyntax) return 'malformed';
    return /resolve authentication method/i.test(message) ? 'credential' : 'connection';
  }
  if (status === 401 || status === 403) return 'credential';
  if (status === 402) return 'money';
  if (status === 404) return 'no-model';
  if (status === 413) return 'too-long';
  if (status === 429) return 'rate-limit';
  if (status === 408 || status === 409 || status >= 500) return 'server';
  if (/bound to a different conversation|invalid `?signature`?/i.test(message)) return 'changed';
  if (/too long|context (window|length|limit)|exceeds? the (maximum|context)/i.test(message))
    return 'too-long';
  if (/credit balance|usage limits?|spend(ing)? (cap|limit)/i.test(message)) return 'money';
  if (errorCode?.startsWith('organization_')) return 'credential';
  return 'rejected';
}

function reasonOf({ status, type, message, name }: ApiShape): string {
  const what = message || name;
  const words =
    status === undefined
      ? `The connection to the Messages API failed: ${type === undefined ? what : `${type}: ${what}`}`
      : `The Messages API answered ${status}${type === undefined ? '' : ` (${type})`}: ${what}`;
  return words.length <= longest ? words : `${words.slice(0, longest)} [...]`;
}

function shapeOf(error: unknown): ApiShape {
  const given: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const text = (key: string) =>
    typeof given[key] === 'string' && given[key] !== '' ? given[key] : undefined;
  const plain = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error ? error.cause : undefined;
  const headers = given['headers'] instanceof Headers ? given['headers'] : undefined;
  const why = cause instanceof Error && !plain.includes(cause.message) ? ` (${cause.message})` : '';
  return {
    message: text('apiMessage') ?? `${plain}${why}`,
    name: error instanceof Error ? error.name : 'error',
    status: typeof given['status'] === 'number' ? given['status'] : undefined,
    type: text('type'),
    errorCode: text('errorCode'),
    requestId: text('requestID'),
    header: (name) => headers?.get(name) ?? undefined,
    isSyntax: error instanceof SyntaxError || cause instanceof SyntaxError,
  };
}

/** ms from `retry-after-ms`, or from `retry-after` as seconds or as a date; undefined when neither says anything. */
function retryAfter(header: ApiShape['header'], now: number): number | undefined {
  const ms = positive(header('retry-after-ms'));
  if (ms !== undefined) return ms;
  const after = header('retry-after');
  const seconds = positive(after);
  if (seconds !== undefined) return seconds * 1000;
  const date = after === undefined ? Number.NaN : Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function positive(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
