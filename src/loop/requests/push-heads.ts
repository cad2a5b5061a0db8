import { UserError } from '../../errors.ts';
import { type KnownRequest, writeRequest } from '../../ledger/requests.ts';
import { type Moved, moveRemote, remoteRefs } from '../../workspace/push-request.ts';
import type { Delivery, Wanted } from './delivery.ts';

/**
 * Pushes the branches of requests and the evidence, each only from what we know of it, after it was approved; what is
 * pushed is written down before. `into`: the branch that new requests go into, which must be there. UserError where
 * somebody else has moved a branch, or git pushes nothing.
 */
export async function pushHeads(
  { repo, target, base, evidence, runDir, forge, approve, now, say }: Delivery,
  active: readonly Wanted[],
  known: readonly KnownRequest[],
  into: string | undefined,
): Promise<void> {
  if (active.length === 0) return;
  const heads = active.map(({ head }) => `refs/heads/${head}`);
  const bases = into === undefined ? [] : [`refs/heads/${into}`];
  const refs = [...bases, ...heads, ...(evidence ? [evidence.ref] : [])];
  const there = await remoteRefs(repo, target, refs);
  if (typeof there === 'string')
    throw new UserError(
      `${target.remote} cannot be asked what stands there: ${there}`,
      `git ls-remote ${target.remote}`,
    );
  if (bases.some((one) => !there.has(one)))
    throw new UserError(
      `There is no branch ${into} on ${target.remote} to open a request into.`,
      'agentloop pr --base <branch>',
    );
  const moves: Moved[] = [];
  const ours = new Set(known.flatMap(({ pushed }) => pushed));
  for (const { head, tip } of active) {
    const ref = `refs/heads/${head}`;
    const from = there.get(ref);
    if (from === tip) continue;
    const mine = from === undefined || ours.has(from) || (await repo.user.isAncestor(from, tip));
    if (!mine)
      throw new UserError(
        `Somebody has pushed to ${head} on ${target.remote}: it is at ${from.slice(0, 10)}, which we did not put there. Nothing is overwritten.`,
        `git fetch ${target.remote} ${head}   (brings it here; what is wanted of it must be merged by you)`,
      );
    moves.push({ ref, commit: tip, from });
  }
  if (evidence) {
    const from = there.get(evidence.ref);
    if (from !== undefined && from !== evidence.commit && !ours.has(from))
      say(`${evidence.ref} on ${target.remote} was put there by somebody else; it stays.`);
    else if (from !== evidence.commit) moves.push({ ref: evidence.ref, commit: evidence.commit, from });
  }
  const words = moves.map(({ ref, commit }) => `${commit.slice(0, 10)} to ${ref.replace('refs/heads/', '')}`);
  await approve([
    ...words.map((one) => `push ${one} on ${target.remote}`),
    ...active.map(({ head }) => `open or update the draft request of ${head} at ${forge.where}`),
  ]);
  // Written down first: a push that got through while we died is ours the next time too.
  for (const one of active) {
    const before = known.find(({ head }) => head === one.head);
    const pushed = [...(before?.pushed ?? []), one.tip, ...(evidence ? [evidence.commit] : [])];
    writeRequest(runDir, {
      where: forge.where,
      number: before?.number ?? null,
      url: before?.url ?? null,
      head: one.head,
      base: before?.base ?? base,
      features: one.features,
      pushed: [...new Set(pushed)],
      ...(before?.rounds ? { rounds: before.rounds } : {}),
      at: new Date(now()).toISOString(),
    });
  }
  const said = moves.length === 0 ? undefined : await moveRemote(repo, target, moves);
  if (said !== undefined)
    throw new UserError(`Nothing was pushed to ${target.remote}: ${said}`, 'agentloop pr   (tries again)');
}
