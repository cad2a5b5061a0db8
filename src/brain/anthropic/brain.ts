import { setTimeout as wait } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { makeHands } from '../../hands/hands.ts';
import { opinionEnding } from '../../hands/opinion.ts';
import { type Providers, shippedProviders } from '../../policy/providers.ts';
import { harnessFiles } from '../../project/feature.ts';
import type { Brain, Role } from '../brain.ts';
import { endsOnce } from '../ends-once.ts';
import { type PriceTable, priceOf } from '../prices.ts';
import type { Effort } from './entries.ts';
import { defaultModel } from './head.ts';
import type { Means } from './means.ts';
import { converse } from './session.ts';
import { wakeTranscript } from './spent.ts';
import type { Fetch } from './watched-fetch.ts';

/** What our own brain is made from. Values come from the command line, the environment and the configuration. */
export interface AnthropicOptions {
  /** One of the two; the key wins where both are given. They never leave this process. */
  readonly apiKey?: string | undefined;
  readonly authToken?: string | undefined;
  /** Default: the Messages API of Anthropic. */
  readonly baseUrl?: string | undefined;
  readonly model?: string | undefined;
  readonly effort?: Effort | undefined;
  /** From `readPrices`. */
  readonly prices: PriceTable;
  /** From `readProviders`; default what we ship. */
  readonly providers?: Providers | undefined;
  /** Tokens of one turn; default 32,000. */
  readonly maxTokens?: number | undefined;
  readonly fetch?: Fetch | undefined;
  /** ms since 1970. */
  readonly now?: (() => number) | undefined;
  /** Ends early, without an error, when the signal fires. */
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  readonly random?: (() => number) | undefined;
  /** Longest silence on a stream, in ms; default 3 minutes. */
  readonly silence?: number | undefined;
}

const silence = 180_000;
/** Roles that only read are told how to by a page of their own. */
const systems: Readonly<Partial<Record<Role, string>>> = {
  evaluator: 'anthropic-evaluator.md',
  planner: 'anthropic-planner.md',
};

/**
 * Our own loop on the Messages API, with hands of its own. Everything it knows of a session stands in the session's
 * transcript: a process that finds one goes on where the last one was killed. UserError without a key.
 */
export function anthropicBrain(options: AnthropicOptions): Brain {
  const apiKey = options.apiKey || undefined;
  const authToken = apiKey === undefined ? options.authToken || undefined : undefined;
  if (apiKey === undefined && authToken === undefined) throw noKey();
  const model = options.model ?? defaultModel;
  const now = options.now ?? Date.now;
  const zero = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return {
    name: 'anthropic',
    model,
    claimBy: 'tool',
    wake: wakeTranscript,
    pricing: priceOf(model, zero, options.prices) === null ? 'unknown' : 'known',
    work: (assignment, signal) => {
      const means: Means = {
        client: {
          apiKey,
          authToken,
          baseUrl: options.baseUrl || undefined,
          // Looked up late, so that whoever replaces it (a proxy agent) is heard.
          fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
          now,
          providers: options.providers ?? shippedProviders(),
        },
        hands: makeHands(assignment.workspace, {
          owned: assignment.role === 'coder' ? harnessFiles : [],
          readOnly: assignment.hands === 'read-only',
          ...(assignment.role === 'evaluator' ? { ending: opinionEnding } : {}),
        }),
        system: systems[assignment.role] ?? 'anthropic-system.md',
        model,
        effort: options.effort,
        maxTokens: options.maxTokens,
        prices: options.prices,
        silence: Math.min(options.silence ?? silence, assignment.limits.idleMs),
        now,
        sleep: options.sleep ?? sleep,
        random: options.random ?? Math.random,
      };
      return endsOnce(() => converse({ assignment, means, signal, originals: new Map() }), signal);
    },
  };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await wait(Math.min(ms, 2 ** 31 - 1), undefined, { signal }).catch(() => undefined);
}

function noKey(): UserError {
  return new UserError(
    'The built-in brain needs a key for the Messages API, and there is none.',
    "Set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN), or choose another brain: --brain 'command:<program>'",
    'cannot-start',
  );
}
