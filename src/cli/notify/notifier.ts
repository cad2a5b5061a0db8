import type { Config } from '../../config.ts';
import type { Occasion } from '../../config-notify.ts';
import { messageOf as wordsOf } from '../../errors.ts';
import type { Recorded } from '../../ledger/event.ts';
import type { Io } from '../io.ts';
import { readPacket } from '../packet/read-packet.ts';
import { messageOf } from './message.ts';
import { nameOf, send } from './send.ts';

/** Tells people of a run beside it: nothing here ends, fails or holds up the run. */
export interface Notifier {
  /** Hears every event, and tells of those that people wait for. */
  hear(event: Recorded): void;
  /** Tells of the end, and waits for what is still on its way, `ms` at most. */
  end(run: string, ms: number): Promise<void>;
}

/** A feature's messages of one invocation: a run that goes wrong in one way all night must not ring all night. */
const mostMessages = 20;

export function makeNotifier(
  io: Pick<Io, 'cwd' | 'env' | 'now' | 'sleep'>,
  { notify }: Pick<Config, 'notify'>,
  { redact, top, say }: { redact(text: string): string; readonly top: string; say(text: string): void },
): Notifier {
  const stop = new AbortController();
  const under = new Set<Promise<void>>();
  let told = 0;
  const tell = async (on: Occasion, run: string, about?: { feature: string; why: string }) => {
    const channels = notify.channels.filter((one) => one.on.includes(on));
    if (channels.length === 0) return;
    try {
      const { packet } = await readPacket(io, run);
      const message = messageOf(on, packet, redact, about);
      const sending = { env: io.env, cwd: top, signal: stop.signal, sleep: io.sleep };
      await Promise.all(
        channels.map(async (channel) => {
          const trouble = await send(channel, message, sending);
          if (trouble !== undefined) say(`Nobody was told over ${nameOf(channel)}: ${trouble}`);
        }),
      );
    } catch (error) {
      say(`Nobody was told: ${wordsOf(error)}`);
    }
  };
  const begin = (...what: Parameters<typeof tell>) => {
    told += 1;
    if (told > mostMessages) return;
    const mine = tell(...what).finally(() => under.delete(mine));
    under.add(mine);
  };
  return {
    hear(event) {
      if (event.type === 'feature.parked')
        begin('needs-human', event.run, { feature: event.feature, why: event.question });
      if (event.type === 'feature.blocked' && event.breaker !== undefined)
        begin('breaker', event.run, { feature: event.feature, why: event.why });
    },
    async end(run, ms) {
      told = 0;
      begin('end', run);
      const timer = setTimeout(() => stop.abort(), ms);
      while (under.size > 0) await Promise.all(under);
      clearTimeout(timer);
    },
  };
}
