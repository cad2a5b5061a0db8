import { reason } from '../judge/codes.ts';
import type { Reason } from '../ledger/event.ts';
import * as vault from '../workspace/vault.ts';
import type { Crew } from './crew.ts';
import { treeWith } from './init-files.ts';
import { type Proposal, problemsOf } from './init-proposal.ts';

/**
 * Whether a run could start from this proposal: it reads well, `init.sh` brings a clean checkout up, and the checks
 * run there twice with the same result. Gives the reasons why not; none means it may be committed.
 */
export async function judgeProposal(
  crew: Crew,
  proposal: Proposal,
  options: { readonly session?: number; readonly unprovenAllowed: boolean },
): Promise<readonly Reason[]> {
  const { book, repo } = crew;
  const base = book.state.base;
  const tree = await treeWith(crew, base, proposal);
  const session = options.session === undefined ? {} : { session: options.session };
  const started = crew.now();
  await book.record({ type: 'judge.started', ...session, scope: 'init', base, tree });
  let reasons: readonly Reason[] = [...problemsOf(proposal, options), ...(await secretsOf(crew, proposal))];
  let knownRed = 0;
  if (reasons.length === 0) {
    crew.watcher.activity('the judge runs init.sh and the checks, twice');
    const commit = await vault.commit(repo, {
      tree,
      parents: [base],
      message: 'agentloop: a plan to be judged\n',
      author: crew.identity,
      date: crew.now(),
    });
    const seen = await crew.judge.base(commit, crew.signals.hard);
    if (seen.ruling === 'broken') {
      reasons = [{ code: 'plan.checks-cannot-run', text: `${seen.reason}\n${seen.help}`.slice(0, 8000) }];
    } else {
      knownRed = seen.knownRed;
      if (seen.flaky.length > 0) {
        const text =
          'These tests came out differently in two runs of the same tree; a run cannot build on them.';
        reasons = [{ code: 'plan.unstable', text, tests: [...seen.flaky].slice(0, 50) }];
      }
    }
  }
  await book.record({
    type: 'judge.ruled',
    ...session,
    scope: 'init',
    ruling: reasons.length === 0 ? 'accepted' : 'refused',
    tree,
    ms: Math.max(0, crew.now() - started),
    reasons: [...reasons],
    knownRed,
  });
  return reasons;
}

/** What is about to be committed holds no secret that the base does not hold already. */
async function secretsOf({ book, repo, findSecrets }: Crew, proposal: Proposal): Promise<readonly Reason[]> {
  const base = await repo.trees.treeOf(book.state.base);
  const reasons: Reason[] = [];
  for (const [path, text] of proposal) {
    const before = (await repo.trees.read(base, path))?.toString('utf8') ?? '';
    for (const { what, value, line } of findSecrets(text)) {
      if (before.includes(value)) continue;
      reasons.push(reason('snapshot.secret', { says: `${path}:${line} holds a secret: ${what}.` }));
    }
  }
  return reasons.slice(0, 20);
}
