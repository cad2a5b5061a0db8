import { UserError } from '../../errors.ts';
import type { Forge, Request, Status } from '../../forge/forge.ts';
import { type KnownRequest, readRequests, writeRequest } from '../../ledger/requests.ts';
import { type Moved, moveRemote, remoteRefs, type Target } from '../../workspace/push-request.ts';
import type { Repository } from '../../workspace/repository.ts';
import { newBody, replacedBody } from './own-words.ts';

/** One request as it is to be. */
export interface Wanted {
  readonly head: string;
  readonly tip: string;
  readonly features: readonly string[];
  readonly title: string;
  /** Our part of its body. */
  readonly body: string;
}

/** All of a delivery. The words come from above, what is pushed from below. */
export interface Delivery {
  readonly repo: Repository;
  readonly runDir: string;
  readonly forge: Forge;
  readonly target: Target;
  readonly base: string;
  readonly wanted: readonly Wanted[];
  /** The ref of the evidence, where there is one. */
  readonly evidence?: { readonly ref: string; readonly commit: string };
  /** The one comment of the run; it begins with its marker. */
  readonly comment: { readonly marker: string; readonly body: string };
  readonly labels: readonly string[];
  readonly status: Status;
  now(): number;
  say(text: string): void;
  /** Asked before anything leaves this machine; what it throws ends the delivery. */
  approve(what: readonly string[]): Promise<void>;
}

/** What became of one of them. */
export interface Delivered {
  readonly what: 'opened' | 'updated' | 'left';
  readonly number: number;
  readonly url: string;
  readonly head: string;
  readonly base: string;
  readonly features: readonly string[];
}

/**
 * Pushes the branches of requests and brings the requests up to date: draft, body, labels, comment, check. Said again it does
 * the same again. Never merges, never marks as ready, and moves no branch that somebody else has moved. UserError where
 * nothing could be done; what was done before is found the next time.
 */
export async function deliver(delivery: Delivery): Promise<readonly Delivered[]> {
  const { forge, wanted, base, evidence, say, runDir } = delivery;
  const known = readRequests(runDir).filter(({ where }) => where === forge.where);
  const found = new Map<string, Request>();
  for (const { head } of wanted) {
    const request = await forge.findRequest(head);
    if (request) found.set(head, request);
  }
  const isOver = ({ head }: Wanted) => ![undefined, 'open'].includes(found.get(head)?.state);
  const active = wanted.filter((one) => !isOver(one));
  for (const one of wanted.filter(isOver)) {
    const { number, state } = found.get(one.head) as Request;
    say(`#${number} is ${state}; nothing is pushed to ${one.head}, and no other request is opened for it.`);
  }
  await move(delivery, active, known);
  const done: Delivered[] = [];
  let below = base;
  for (const one of wanted) {
    const request = found.get(one.head);
    const at = { head: one.head, features: one.features };
    if (isOver(one)) {
      const { number, url, base: into, state } = request as Request;
      done.push({ what: 'left', number, url, base: into, ...at });
      // What was closed without being merged is still what the next one stands on.
      if (state === 'closed') below = one.head;
      continue;
    }
    // Only what stood on a request that is merged by now is moved: a person may have chosen another base.
    const isStale = request && request.base !== below && found.get(request.base)?.state === 'merged';
    const open = request
      ? await update(delivery, one, request, isStale ? below : undefined)
      : await forge.createDraft({ head: one.head, base: below, title: one.title, body: newBody(one.body) });
    await forge.addLabels(open.number, delivery.labels);
    await forge.stick(open.number, delivery.comment.marker, delivery.comment.body);
    await forge.setStatus(one.tip, delivery.status);
    const { number, url } = open;
    writeRequest(runDir, { ...record(delivery, known, one), number, url, base: open.base });
    done.push({ what: request ? 'updated' : 'opened', number, url, base: open.base, ...at });
    below = one.head;
  }
  if (evidence === undefined) say('There is no evidence to push: nothing was proven.');
  return done;
}

/** Brings an open request up to date. Its title, and all that is not ours in its body, belong to people. */
async function update(
  { forge, say }: Delivery,
  one: Wanted,
  request: Request,
  base: string | undefined,
): Promise<Request> {
  const body = replacedBody(request.body, one.body);
  if (body === undefined)
    say(`Somebody has taken our part out of the body of #${request.number}; it stays as it is.`);
  const change = {
    ...(body === undefined || body === request.body ? {} : { body }),
    ...(base === undefined ? {} : { base }),
  };
  return Object.keys(change).length === 0 ? request : forge.update(request.number, change);
}

async function move(
  { repo, target, base, evidence, runDir, forge, approve, now, say }: Delivery,
  active: readonly Wanted[],
  known: readonly KnownRequest[],
): Promise<void> {
  if (active.length === 0) return;
  const heads = active.map(({ head }) => `refs/heads/${head}`);
  const refs = [`refs/heads/${base}`, ...heads, ...(evidence ? [evidence.ref] : [])];
  const there = await remoteRefs(repo, target, refs);
  if (typeof there === 'string')
    throw new UserError(
      `${target.remote} cannot be asked what stands there: ${there}`,
      `git ls-remote ${target.remote}`,
    );
  if (!there.has(`refs/heads/${base}`))
    throw new UserError(
      `There is no branch ${base} on ${target.remote} to open a request into.`,
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

function record({ runDir, forge, now }: Delivery, known: readonly KnownRequest[], one: Wanted): KnownRequest {
  const written = readRequests(runDir).find(({ head, where }) => head === one.head && where === forge.where);
  const before = written ?? known.find(({ head }) => head === one.head);
  return {
    where: forge.where,
    number: null,
    url: null,
    base: '',
    pushed: before?.pushed ?? [one.tip],
    ...(before?.rounds ? { rounds: before.rounds } : {}),
    head: one.head,
    features: one.features,
    at: new Date(now()).toISOString(),
  };
}
