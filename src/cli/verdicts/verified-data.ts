import type { Verified } from '../../loop/verify-branch.ts';

/** What `verify` found as `--format json` prints it; the other formats are made from it. */
export type VerifiedData = ReturnType<typeof verifiedData>;

export function verifiedData(verified: Verified, version: string) {
  const commits = verified.commits.map(({ now, ...commit }) => ({
    commit: commit.commit,
    subject: commit.subject,
    kind: commit.kind,
    feature: commit.feature ?? null,
    session: commit.session ?? null,
    /** sha256 of the evidence its trailer names. */
    verdict: commit.verdict ?? null,
    recorded: commit.kind === 'accepted' ? ('accepted' as const) : null,
    now: now?.ruling ?? null,
    agrees: commit.against.length === 0 && now?.ruling !== 'broken',
    against: commit.against,
    reasons: now?.ruling === 'refused' ? now.reasons : [],
    broken: now?.ruling === 'broken' ? { code: now.code, reason: now.reason, help: now.help } : null,
    ms: commit.ms,
  }));
  const { trouble } = verified;
  return {
    version: 1,
    branch: verified.branch,
    run: verified.run,
    tip: verified.tip,
    agrees: trouble === undefined && commits.every(({ agrees }) => agrees),
    /** Whether the records of the run are in this repository, and whole. */
    ledger: verified.ledger,
    trouble: trouble ?? null,
    commits,
    ms: verified.ms,
    evidence: verified.evidence,
    fence: verified.fence,
    versions: { agentloop: version, node: process.version },
  };
}

export type CommitData = VerifiedData['commits'][number];

/** What a row says of a commit besides its verdicts. */
export const kinds: Readonly<Record<CommitData['kind'], string>> = {
  accepted: 'accepted',
  harness: 'notes of the run',
  hand: 'by hand',
};

/** The verdict of now in a word. */
export function nowWords({ now }: CommitData): string {
  return now === 'broken' ? 'not judged' : (now ?? '-');
}

/** The whole in a sentence. */
export function verifiedSentence({ agrees, branch, commits, run }: VerifiedData): string {
  const judged = commits.filter(({ now }) => now !== null && now !== 'broken').length;
  const wrong = commits.filter((one) => !one.agrees).length;
  if (commits.length === 0) return `Run ${run}: nothing has landed, so that there is nothing to judge.`;
  const what = `${branch}, run ${run}: ${judged} of ${commits.length} commits judged again`;
  if (agrees) return `${what}, all agree with what was recorded.`;
  return `${what}, ${wrong} ${wrong === 1 ? 'is' : 'are'} not what ${wrong === 1 ? 'it says' : 'they say'}.`;
}
