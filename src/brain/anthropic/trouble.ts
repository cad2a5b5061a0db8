import type { Providers } from '../../policy/providers.ts';
import { type Meaning, type Signs, whatItMeans } from '../../policy/what-it-means.ts';

/** What went wrong with a request. What is done about it: retry.ts. */
export interface Trouble {
  /** Our own end of a call, or the name of the rule of `providers.json` that knows it; `rejected` where none does. */
  readonly kind: 'stopped' | 'time' | 'died' | (string & {});
  /** What that rule says is to be done; absent where no rule does. */
  readonly means?: Meaning;
  /** A sentence for people, bounded. */
  readonly reason: string;
  readonly status?: number;
  readonly requestId?: string;
  /** The server said that trying again is of no use. */
  readonly isFinal?: true;
}

/** What we read of an error of the SDK: by its shape, so that the SDK need not be loaded to tell. */
interface ApiShape {
  readonly message: string;
  readonly name: string;
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly header: (name: string) => string | undefined;
  readonly isSyntax: boolean;
}

const longest = 500;

/** Names what a failed request failed of. `now`: ms since 1970. */
export function troubleOf(error: unknown, now: number, providers: Providers): Trouble {
  const shape = shapeOf(error);
  return {
    ...named(reasonOf(shape), { ...shape, problem: problemOf(shape, providers) }, now, providers),
    ...(shape.status === undefined ? {} : { status: shape.status }),
    ...(shape.requestId === undefined ? {} : { requestId: shape.requestId }),
    ...(shape.header('x-should-retry') === 'false' ? { isFinal: true as const } : {}),
  };
}

/** The trouble of a stream that fell silent for so many ms. */
export function silenceOf(idleMs: number, now: number, providers: Providers): Trouble {
  const reason = `Nothing came from the Messages API for ${Math.round(idleMs / 1000)} s.`;
  return named(reason, { message: '', problem: 'silence' }, now, providers);
}

type Seen = Pick<Signs, 'status' | 'type' | 'code' | 'header' | 'problem'> & { readonly message: string };

function named(reason: string, { message, ...seen }: Seen, now: number, providers: Providers): Trouble {
  const means = whatItMeans(providers, { ...seen, from: 'messages', text: message }, now);
  return { kind: means?.rule ?? 'rejected', reason, ...(means === undefined ? {} : { means }) };
}

/** What went wrong where no status tells it: an error inside a stream has a type. */
function problemOf({ status, type, isSyntax, message }: ApiShape, providers: Providers): Signs['problem'] {
  if (status !== undefined || Object.hasOwn(providers.types, type ?? '')) return undefined;
  if (isSyntax) return 'malformed';
  return /resolve authentication method/i.test(message) ? 'no-credential' : 'connection';
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
    code: text('errorCode'),
    requestId: text('requestID'),
    header: (name) => headers?.get(name) ?? undefined,
    isSyntax: error instanceof SyntaxError || cause instanceof SyntaxError,
  };
}
