import type { Channel } from '../../config-notify.ts';
import { messageOf } from '../../errors.ts';
import { makeRedactor } from '../../ledger/redact.ts';
import { type Sleep, sleep as timers } from '../../policy/sleep.ts';
import { runProcess } from '../../workspace/run-process.ts';
import type { Io } from '../io.ts';
import type { Message } from './message.ts';

/** How one message came to one channel: undefined, or why it did not, in a few words without any secret. */
export type Sent = string | undefined;

export interface Sending {
  readonly env: Io['env'];
  /** Where commands run. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly sleep?: Sleep | undefined;
}

/** Trouble that may be over in a moment. */
class Passing extends Error {}

/** Waits between tries, in ms; time for one try. */
const waits = [1_000, 4_000] as const;
const patience = 10_000;

/** Sends a message to a channel, again where the trouble may pass, until `signal`. Never throws. */
export async function send(channel: Channel, message: Message, sending: Sending): Promise<Sent> {
  const { env, signal } = sending;
  const missing = variablesOf(channel).find((name) => !env[name]);
  if (missing !== undefined) return `${missing} is not set`;
  const redact = makeRedactor(variablesOf(channel).flatMap((name) => env[name] ?? []));
  for (let tries = 0; ; tries += 1) {
    try {
      const over = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
      // Not everything that sends hears a signal; nobody waits for it then.
      await Promise.race([once(channel, message, { ...sending, signal: over }), whenOver(over)]);
      return undefined;
    } catch (error) {
      const wait = waits[tries];
      const said = redact(causeOf(error)).slice(0, 300);
      if (!(error instanceof Passing) || wait === undefined || signal.aborted) return said;
      await (sending.sleep ?? timers)(wait, signal).catch(() => undefined);
      if (signal.aborted) return said;
    }
  }
}

function whenOver(over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const tell = () => reject(new Passing('it took too long'));
    if (over.aborted) tell();
    else over.addEventListener('abort', tell, { once: true });
  });
}

/** Names of the variables that a channel needs. */
export function variablesOf(channel: Channel): readonly string[] {
  if (channel.kind === 'command') return [];
  if (channel.kind === 'email') return channel.passwordEnv === undefined ? [] : [channel.passwordEnv];
  if (channel.kind === 'slack' || channel.tokenEnv === undefined) return [channel.urlEnv];
  return [channel.urlEnv, channel.tokenEnv];
}

/** What a channel is called in messages: never its address. */
export function nameOf(channel: Channel): string {
  if (channel.kind === 'email') return `email to ${channel.to.join(', ')}`;
  if (channel.kind === 'command') return 'command';
  return `${channel.kind} (${channel.urlEnv})`;
}

async function once(channel: Channel, message: Message, { env, cwd, signal }: Sending): Promise<void> {
  if (channel.kind === 'command') return call(channel, message, { env, cwd, signal });
  if (channel.kind === 'email') {
    const { sendEmail } = await import('./send-email.ts');
    const password = channel.passwordEnv === undefined ? undefined : env[channel.passwordEnv];
    return sendEmail(channel, password, message, patience).catch((error: unknown) => {
      // The server said no for good with a 5xx; all else may pass.
      const code = (error as { responseCode?: number }).responseCode ?? 0;
      throw code >= 500 ? error : new Passing(messageOfAny(error));
    });
  }
  const token =
    channel.kind === 'slack' || channel.tokenEnv === undefined ? undefined : env[channel.tokenEnv];
  const { body, headers } = request(channel.kind, message);
  const answer = await fetch(env[channel.urlEnv] ?? '', {
    method: 'POST',
    body,
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    redirect: 'manual',
    signal,
  }).catch((error: unknown) => {
    throw error instanceof TypeError && /URL/.test(error.message)
      ? new Error('its address is none')
      : new Passing(causeOf(error));
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  const said = `it answered ${answer.status}`;
  throw answer.status === 429 || answer.status >= 500 ? new Passing(said) : new Error(said);
}

/** What is posted: JSON for a webhook, and what Slack and ntfy understand. */
export function request(
  kind: 'webhook' | 'slack' | 'ntfy',
  message: Message,
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const json = { 'content-type': 'application/json' };
  if (kind === 'webhook') return { body: JSON.stringify(message), headers: json };
  const { title, text, on } = message;
  if (kind === 'slack')
    return { body: JSON.stringify({ text: inSlack(`*${title}*\n${text}`) }), headers: json };
  const priority = on === 'needs-human' ? '4' : '3';
  // A header holds no more than Latin-1; a title may hold anything.
  return {
    body: text,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      title: title.replace(/[^\x20-\x7e]/g, '?'),
      priority,
    },
  };
}

/** Mentions, links and channels begin with `<` there. */
function inSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').slice(0, 3000);
}

async function call(
  { command, passEnv }: Extract<Channel, { kind: 'command' }>,
  message: Message,
  { env, cwd, signal }: Pick<Sending, 'env' | 'cwd' | 'signal'>,
): Promise<void> {
  const own = ['PATH', 'HOME', 'LANG', ...passEnv].flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  const { code, stderr, trouble } = await runProcess(['/bin/sh', '-c', command], {
    cwd,
    env: Object.fromEntries(own),
    input: `${JSON.stringify(message)}\n`,
    maxBytes: 1_000_000,
    signal,
  });
  if (code !== 0) throw new Error(trouble ?? `exit ${code}: ${stderr.toString('utf8').trim().slice(0, 200)}`);
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOfAny(cause);
}

function messageOfAny(error: unknown): string {
  return messageOf(error) || 'no words';
}
