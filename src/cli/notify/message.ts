import type { Occasion } from '../../config-notify.ts';
import { cut, oneLine } from '../harmless.ts';
import type { Packet } from '../packet/packet.ts';
import { dollars } from '../words.ts';

/** What people are told: the head of the packet, bounded, without secrets. */
export interface Message {
  readonly version: 1;
  readonly on: Occasion | 'test';
  readonly run: string;
  /** One line. */
  readonly title: string;
  /** A few lines. */
  readonly text: string;
  readonly state: string;
  readonly outcome: string;
  /** The command that makes most sense now. */
  readonly next: string;
  readonly branch: string | null;
  readonly features: Packet['features'];
  readonly usd: number;
  readonly at: string;
  /** Of one feature: its id, and its question or why it is blocked. */
  readonly feature?: string;
  readonly why?: string;
}

/** The message about a run, or about one feature of it. Words of models are cut and redacted. */
export function messageOf(
  on: Message['on'],
  packet: Packet,
  redact: (text: string) => string,
  about?: { readonly feature: string; readonly why: string },
): Message {
  const clean = (text: string, most: number) => cut(oneLine(redact(text)), most);
  const { run, features, cost, branch, at } = packet;
  const why = about === undefined ? undefined : clean(about.why, 500);
  const outcome = clean(packet.outcome, 500);
  const state = clean(packet.state, 200);
  const next = clean(packet.next, 200);
  const waits = packet.notDone
    .filter(({ is }) => is === 'waiting')
    .slice(0, 3)
    .map((one) => `${one.feature} asks: ${clean(one.why, 300)}`);
  const titles = {
    test: 'a test of notify',
    end: state,
    'needs-human': `${about?.feature ?? ''} waits for you`,
    breaker: `${about?.feature ?? ''} is given up`,
  };
  const lines =
    about === undefined
      ? [outcome, ...(on === 'end' ? waits : [])]
      : [on === 'needs-human' ? `It asks: ${why}` : `Why: ${why}`, `The run: ${state}.`];
  return {
    version: 1,
    on,
    run,
    title: clean(`agentloop ${run}: ${titles[on]}`, 150),
    text: [
      ...lines,
      `${features.pass} of ${features.total} features pass, ${dollars(cost.usd)}.`,
      `Then: ${next}`,
    ].join('\n'),
    state,
    outcome,
    next,
    branch,
    features,
    usd: cost.usd,
    at,
    ...(about === undefined ? {} : { feature: about.feature, why: why ?? '' }),
  };
}
