import { UserError } from '../errors.ts';
import { type Sleep, sleep as timers } from '../policy/sleep.ts';

/** Longest wait for a forge that asks for patience, in ms; what asks for more is told. */
const longestWait = 90_000;
const mostTries = 4;

export interface Patience {
  now(): number;
  readonly sleep?: Sleep | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears why nothing happens. */
  say(text: string): void;
}

/**
 * `fetch` for forges: waits where the forge says how long (429, and 403 with an empty allowance), tries again where
 * nothing was changed by trying (reading, and answers of a proxy), goes where a renamed repository is on the same host.
 * UserError when the forge cannot be reached or asks for more patience than we have.
 */
export function patientFetch(patience: Patience): typeof fetch {
  const sleep = patience.sleep ?? timers;
  const signal = patience.signal ?? new AbortController().signal;
  return async (input, init) => {
    let request = new Request(input, { ...init, redirect: 'manual' });
    const { host } = new URL(request.url);
    for (let tries = 1; ; tries += 1) {
      const answer = await fetch(request.clone(), { signal: AbortSignal.timeout(60_000) }).catch(
        (error: unknown) => whyNot(error),
      );
      const reads = request.method === 'GET';
      if (typeof answer === 'string') {
        if (!reads || tries >= mostTries)
          throw new UserError(
            `${host} could not be reached: ${answer}.`,
            'See that the address is right and the network is there, then say it again.',
          );
        await sleep(500 * 2 ** tries, signal);
        continue;
      }
      if (answer.status >= 300 && answer.status < 400 && answer.headers.has('location')) {
        request = movedTo(request, answer, tries);
        continue;
      }
      const wait = waitOf(answer, patience.now());
      if (wait === undefined) {
        if (reads && tries < mostTries && [502, 503, 504].includes(answer.status)) {
          await sleep(500 * 2 ** tries, signal);
          continue;
        }
        return answer;
      }
      if (wait > longestWait || tries >= mostTries) {
        const until = new Date(patience.now() + wait).toISOString();
        throw new UserError(
          `${host} takes no more calls with this token until ${until}.`,
          'Say it again then; what was done so far is found and not done twice.',
        );
      }
      patience.say(`${host} asks for patience: ${Math.ceil(wait / 1000)} s.`);
      await sleep(wait, signal);
    }
  };
}

/**
 * A repository that was renamed is found where the forge says, as long as that is the same place: the token goes with the
 * call. UserError where it is another, or where what was to be written would be lost on the way.
 */
function movedTo(request: Request, answer: Response, tries: number): Request {
  const from = new URL(request.url);
  const location = answer.headers.get('location') ?? '';
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const keeps = request.method === 'GET' || [307, 308].includes(answer.status);
  if (to?.origin === from.origin && keeps && tries < mostTries) return new Request(to, request);
  throw new UserError(
    `${from.host} sends calls on to ${to === undefined || to.origin === from.origin ? 'another address' : to.host}; they are not followed with a token.`,
    'Set the remote to the address where the repository is now: git remote set-url <remote> <address>',
  );
}

/** How long the forge wants to be left alone, in ms; undefined when it does not. */
function waitOf(answer: Response, now: number): number | undefined {
  const { status, headers } = answer;
  if (status !== 429 && status !== 403) return undefined;
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(after)) return Math.max(0, after * 1000);
  const isEmpty = (headers.get('x-ratelimit-remaining') ?? headers.get('ratelimit-remaining')) === '0';
  const reset = Number(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? Number.NaN);
  if (isEmpty && Number.isFinite(reset)) return Math.max(1000, reset * 1000 - now);
  return status === 429 ? 5000 : undefined;
}

function whyNot(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
