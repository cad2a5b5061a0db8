import type { Judgement } from '../../loop/judge-alone.ts';

/** A judgement as `--format json` prints it; the other formats are made from it. Names stay, fields may be added. */
export type JudgementData = ReturnType<typeof judgementData>;

export function judgementData(judgement: Judgement, version: string) {
  const { verdict, feature, checks } = judgement;
  const isBroken = verdict.ruling === 'broken';
  return {
    version: 1,
    ruling: verdict.ruling,
    commit: judgement.commit,
    ref: judgement.ref,
    subject: judgement.subject,
    base: { commit: judgement.base, found: judgement.found },
    feature: feature === undefined ? null : { id: feature.id, title: feature.title },
    proofAsked: judgement.proofAsked,
    checks: {
      from: checks.from,
      commands: checks.checks.map(({ name, command, report }) => ({ name, command, report })),
    },
    reasons: verdict.ruling === 'refused' ? verdict.reasons : [],
    broken: isBroken ? { code: verdict.code, reason: verdict.reason, help: verdict.help } : null,
    proof: verdict.ruling === 'accepted' ? verdict.proof : null,
    notes: isBroken ? [] : verdict.notes,
    suspicions: isBroken ? [] : verdict.suspicions,
    /** Changes of the commit that did not count. */
    dropped: judgement.dropped,
    restored: isBroken ? [] : verdict.restored,
    knownRed: isBroken ? null : verdict.knownRed,
    flaky: isBroken ? [] : verdict.flaky,
    layers: judgement.layers.map(({ name, holds, found, reasons }) => ({
      name,
      holds,
      found,
      codes: reasons.map(({ code }) => code),
    })),
    runs: judgement.runs,
    ms: judgement.ms,
    evidence:
      isBroken || judgement.evidence === undefined
        ? null
        : { file: judgement.evidence, sha256: verdict.evidence },
    fence: judgement.fence,
    versions: { agentloop: version, node: process.version },
  };
}
