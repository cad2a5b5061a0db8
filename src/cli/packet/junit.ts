import { type JunitCase, junitXml } from '../verdicts/junit-xml.ts';
import type { NotDone, Packet, RefusedClaim } from './packet.ts';

/**
 * A run as JUnit XML: a test case for each feature of its list. A failure is what was refused or is blocked; skipped is
 * what was not tried, waits for an answer or was not finished.
 */
export function packetJunit(packet: Packet): string {
  const { run, state, branch, base, tip, fence, evidence, accepted, earlier, notDone } = packet;
  const ms = (feature: string) =>
    packet.course.sessions
      .filter((one) => one.feature === feature)
      .reduce((sum, { from, to }) => sum + Math.max(0, Date.parse(to) - Date.parse(from)), 0);
  const named = (feature: string, title: string) => ({ name: `${feature}: ${title}`, ms: ms(feature) });
  return junitXml({
    name: `agentloop run ${run}`,
    ms: packet.elapsedMs,
    properties: {
      state,
      branch: branch ?? '',
      base,
      tip,
      fence,
      usd: packet.cost.usd.toFixed(4),
      evidence: evidence === null ? '' : `sha256:${evidence.sha256}`,
    },
    cases: [
      ...earlier.map(({ feature, title }) => ({ name: `${feature}: ${title}`, outcome: 'passed' as const })),
      ...accepted.map(({ feature, title }) => ({ ...named(feature, title), outcome: 'passed' as const })),
      ...notDone.map((one) => ({ ...named(one.feature, one.title), ...outcome(one, packet.refusedClaims) })),
    ],
  });
}

function outcome(
  { feature, is, why, said, reasons, sessions }: NotDone,
  refusedClaims: readonly RefusedClaim[],
): Pick<JunitCase, 'outcome' | 'message' | 'text'> {
  const refused = refusedClaims.filter((one) => one.feature === feature);
  if (is !== 'blocked' && refused.length === 0) {
    const tried = sessions === 0 ? 'not tried' : 'not finished';
    return {
      outcome: 'skipped',
      message: is === 'waiting' ? `waits for a person: ${why}` : `${tried}: ${why}`,
    };
  }
  const lines = refused.flatMap((claim) =>
    claim.reasons.map(
      ({ code, text, tests }) =>
        `session ${claim.session ?? '?'}, ${code}: ${text}${tests.map((test) => `\n- ${test}`).join('')}`,
    ),
  );
  const message = is === 'blocked' ? `blocked: ${why}` : (reasons[0]?.code ?? 'refused');
  return {
    outcome: 'failure',
    message,
    text: [why, ...(said === null ? [] : [`last words: ${said}`]), ...lines].join('\n'),
  };
}
