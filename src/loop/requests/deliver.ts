import { UserError } from '../../errors.ts';
import type { Request } from '../../forge/forge.ts';
import { type KnownRequest, readRequests, writeRequest } from '../../ledger/requests.ts';
import type { Delivery, Wanted } from './delivery.ts';
import { newBody, replacedBody } from './own-words.ts';
import { pushHeads } from './push-heads.ts';

/** What became of one of them. */
export interface Delivered {
  readonly what: 'opened' | 'updated' | 'left';
  readonly number: number;
  readonly url: string;
  readonly head: string;
  readonly base: string;
  readonly features: readonly string[];
  /** What it should have and the forge refused: sentences. */
  readonly lacking?: readonly string[];
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
  // People may have chosen another base, or renamed it: what is open already tells it.
  const [lowest] = wanted;
  const openAt =
    lowest && found.get(lowest.head)?.state === 'open' ? found.get(lowest.head)?.base : undefined;
  await pushHeads(
    delivery,
    active,
    known,
    active.every(({ head }) => found.has(head)) ? undefined : (openAt ?? base),
  );
  const done: Delivered[] = [];
  let below = openAt ?? base;
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
    const { number, url } = open;
    writeRequest(runDir, { ...record(delivery, known, one), number, url, base: open.base });
    done.push({ what: request ? 'updated' : 'opened', number, url, base: open.base, ...at });
    below = one.head;
  }
  if (evidence === undefined) say('There is no evidence to push: nothing was proven.');
  const decorated: Delivered[] = [];
  for (const [at, one] of done.entries()) {
    const lacking = one.what === 'left' ? [] : await decorate(delivery, one.number, wanted[at]?.tip ?? '');
    decorated.push(lacking.length > 0 ? { ...one, lacking } : one);
  }
  return decorated;
}

/** Labels, comment and check. A token may lack the right to one of them: it is told, and the others are set. */
async function decorate(
  { forge, runDir, labels, comment, status, say }: Delivery,
  number: number,
  tip: string,
): Promise<readonly string[]> {
  const lacking: string[] = [];
  const siblings = readRequests(runDir).filter(({ where }) => where === forge.where);
  const parts = [
    () => forge.addLabels(number, labels),
    () => forge.stick(number, comment.marker, comment.body(siblings)),
    () => forge.setStatus(tip, status),
  ];
  for (const part of parts) {
    await part().catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      lacking.push(error.message);
      say(`${error.message} ${error.help}`);
    });
  }
  return lacking;
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
