import type Anthropic from '@anthropic-ai/sdk';
import type { Message, MessageParam, Usage } from '@anthropic-ai/sdk/resources/messages';
import type { Providers } from '../../policy/providers.ts';
import type { Head } from './entries.ts';
import { requestOf } from './request.ts';
import { silenceOf, type Trouble, troubleOf } from './trouble.ts';
import { type Fetch, watchedFetch } from './watched-fetch.ts';

export interface Client {
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  readonly baseUrl: string | undefined;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly providers: Providers;
}

/** When a call has to end early. */
export interface Ends {
  readonly signal: AbortSignal;
  /** Instant (ms since 1970). */
  readonly deadline: number;
  /** Silence on the stream, in ms. */
  readonly idleMs: number;
}

/** A response that came whole, or what went wrong and what had come by then. */
export type Reply =
  | { readonly message: Message; readonly requestId: string | null; readonly ms: number }
  | { readonly trouble: Trouble; readonly usage?: Usage; readonly model?: string };

/** ms until the headers must be there. */
const headerTimeout = 120_000;
const silent = () => undefined;
/** The SDK would write to stdout, which is for data. */
const logger = { error: silent, warn: silent, info: silent, debug: silent };

/** One request to the Messages API, streamed, tried once. Never rejects. */
export async function call(
  client: Client,
  head: Head,
  messages: readonly MessageParam[],
  ends: Ends,
): Promise<Reply> {
  const begun = client.now();
  const quit = new AbortController();
  let why: 'stopped' | 'time' | 'idle' | undefined;
  const end = (reason: NonNullable<typeof why>) => {
    why ??= reason;
    quit.abort();
  };
  const onStop = () => end('stopped');
  const watched = watchedFetch(client.fetch, ends.idleMs, () => end('idle'));
  const timer = setTimeout(() => end('time'), Math.min(Math.max(ends.deadline - begun, 0), 2 ** 31 - 1));
  ends.signal.addEventListener('abort', onStop, { once: true });
  if (ends.signal.aborted) onStop();
  let stream: ReturnType<Anthropic['messages']['stream']> | undefined;
  try {
    const { Anthropic: Sdk } = await import('@anthropic-ai/sdk');
    const sdk = new Sdk({
      ...(client.apiKey === undefined ? { authToken: client.authToken ?? null } : { apiKey: client.apiKey }),
      baseURL: client.baseUrl ?? null,
      maxRetries: 0,
      timeout: headerTimeout,
      fetch: watched.fetch,
      logger,
      logLevel: 'off',
      openTelemetry: false,
    });
    stream = sdk.messages.stream(requestOf(head, messages), { signal: quit.signal });
    const message = await stream.finalMessage();
    return {
      message: verbatim(message),
      requestId: stream.request_id ?? null,
      ms: Math.max(0, client.now() - begun),
    };
  } catch (error) {
    const came = stream?.currentMessage;
    const { providers, now } = client;
    const trouble =
      why === undefined
        ? troubleOf(error, now(), providers)
        : why === 'idle'
          ? silenceOf(ends.idleMs, now(), providers)
          : { kind: why, reason: reasons[why] };
    return { trouble, ...(came ? { usage: came.usage, model: came.model } : {}) };
  } finally {
    quit.abort();
    watched.close();
    clearTimeout(timer);
    ends.signal.removeEventListener('abort', onStop);
  }
}

const reasons = {
  stopped: 'Stopped during a call to the model.',
  time: 'The time of the session was over during a call to the model.',
} as const;

/** The message as it came over the wire, without what the SDK adds to it. */
function verbatim({ parsed_output: _, ...message }: Message & { parsed_output?: unknown }): Message {
  return JSON.parse(JSON.stringify(message));
}
