import { openSetting } from '../../loop/setting.ts';
import { codeOf } from '../exit.ts';
import type { Flags } from '../flags.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import type { Message } from '../notify/message.ts';
import { nameOf, send, variablesOf } from '../notify/send.ts';

/** Time for all channels of a test together, in ms. */
const patience = 60_000;

/** `agentloop notify`: who is told, and whether what a channel needs is set; with `--test` a message is sent to each. */
export async function notify(io: Io, flags: Flags, version: string): Promise<number> {
  const say = (text: string) => void io.stderr.write(`${harmless(text)}\n`);
  const { config, repo } = await openSetting({
    cwd: io.cwd,
    env: io.env,
    flags: {},
    version,
    now: io.now,
    say,
  });
  const { channels } = config.notify;
  if (channels.length === 0) {
    io.stdout.write('Nobody is told: there is no channel in notify.channels. docs/notifications.md\n');
    return 0;
  }
  let code = 0;
  const sending = { env: io.env, cwd: repo.top, signal: AbortSignal.timeout(patience), sleep: io.sleep };
  for (const channel of channels) {
    const missing = variablesOf(channel).filter((name) => !io.env[name]);
    const unset = missing.length === 0 ? undefined : `${missing.join(', ')} not set`;
    const trouble = flags['test'] === true ? await send(channel, sample(io.now()), sending) : unset;
    const well = flags['test'] === true ? 'sent' : 'ready';
    if (trouble !== undefined) code = codeOf('cannot-start');
    io.stdout.write(
      `${harmless(nameOf(channel))}: ${harmless(trouble ?? well)} (${channel.on.join(', ')})\n`,
    );
  }
  return code;
}

function sample(now: number): Message {
  const text = 'If you read this, agentloop can reach you.';
  return {
    version: 1,
    on: 'test',
    run: 'test',
    title: 'agentloop: a test',
    text,
    state: 'a test',
    outcome: text,
    next: 'agentloop run',
    branch: null,
    features: { total: 0, pass: 0, landed: 0, unproven: 0, blocked: 0, waiting: 0, open: 0 },
    usd: 0,
    at: new Date(now).toISOString(),
  };
}
