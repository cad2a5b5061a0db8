import { trailerValue } from './forge-words.ts';
import type { Accepted, Packet } from './packet.ts';

const mostFeatures = 100;

/** The last paragraph, which is all that a squash keeps for machines: one trailer a line, as git understands them. */
export function trailers(packet: Packet, accepted: readonly Accepted[]): readonly string[] {
  const { run, evidence, fence, assistedBy } = packet;
  const ids = accepted.slice(0, mostFeatures).map(({ feature }) => feature);
  const more = accepted.length > ids.length ? ` (+${accepted.length - ids.length})` : '';
  const rows: (readonly [string, string | undefined])[] = [
    ['Agentloop-Run', run],
    ['Agentloop-Features', ids.length === 0 ? undefined : `${ids.join(', ')}${more}`],
    ['Agentloop-Evidence', evidence === null ? undefined : `sha256:${evidence.sha256}`],
    ['Agentloop-Fence', fence === 'none' ? 'none' : undefined],
    ...assistedBy.slice(0, 5).map((brain) => ['Assisted-by', `agentloop:${brain}`] as const),
  ];
  return rows.flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${trailerValue(value, key === 'Agentloop-Features' ? 4000 : 200)}`],
  );
}
