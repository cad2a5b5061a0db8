import { messageOf, UserError } from '../../../errors.ts';
import type { Io } from '../../io.ts';

const patience = 10_000;
/** Answers after which the collector wants the same once more, and the pauses before that, in ms. */
const again = new Set([429, 502, 503, 504]);
const pauses = [500, 2000];

/**
 * Where traces go: the option, else what the variables of OpenTelemetry say. UserError when there is none or it is no
 * address.
 */
export function tracesUrl(asked: string | true, env: Io['env']): URL {
  const whole = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
  const base = asked === true ? env['OTEL_EXPORTER_OTLP_ENDPOINT'] : asked;
  const given = asked === true && whole ? whole : base;
  if (!given)
    throw new UserError(
      '--otlp has no address, and neither OTEL_EXPORTER_OTLP_ENDPOINT nor OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set.',
      'agentloop metrics --otlp http://127.0.0.1:4318',
    );
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UserError(
      `--otlp: "${given.replace(/\/\/.*@/s, '//…@')}" is not the address of a collector.`,
      'Give the address of its HTTP port, such as http://127.0.0.1:4318.',
    );
  if (url.username !== '' || url.password !== '')
    throw new UserError(
      `--otlp: the address of the collector at ${url.origin} has a name or password in it.`,
      'Take it out, and set OTEL_EXPORTER_OTLP_HEADERS, such as "authorization=Basic%20…".',
    );
  // One that is named as a whole is taken as it is.
  if (given !== whole && !url.pathname.endsWith('/v1/traces'))
    url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url;
}

/** Headers from the variables of OpenTelemetry: `name=value,name=value`, percent-encoded. */
function headersOf(env: Io['env']): Record<string, string> {
  const text = env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] ?? env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '';
  const pairs = text.split(',').map((pair) => /^\s*([^=\s]+)\s*=(.*)$/.exec(pair));
  return Object.fromEntries(
    pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', decoded((pair[2] ?? '').trim())]] : [])),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Sends one body, again where the collector asks for it. UserError when it does not take it. */
export async function sendOtlp(io: Pick<Io, 'env' | 'sleep'>, url: URL, body: string): Promise<void> {
  const headers = { ...headersOf(io.env), 'content-type': 'application/json' };
  const { sleep } = await import('../../../policy/sleep.ts');
  for (let turn = 0; ; turn += 1) {
    const answer = await post(url, headers, body);
    if (answer.ok) return;
    const pause = pauses[turn];
    if (pause === undefined || !again.has(answer.status)) throw refused(url, `it answered ${answer.status}`);
    await (io.sleep ?? sleep)(pause, new AbortController().signal);
  }
}

async function post(url: URL, headers: Record<string, string>, body: string): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers,
      body,
      // Whoever is sent elsewhere must not take the headers along.
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw refused(url, messageOf(cause));
  }
}

/** The address without what may be a password in it. */
function refused(url: URL, why: string): UserError {
  return new UserError(
    `The collector at ${url.origin}${url.pathname} did not take the traces: ${why}.`,
    'See that it listens for OTLP over HTTP (port 4318 as a rule), and what OTEL_EXPORTER_OTLP_HEADERS holds.',
  );
}
