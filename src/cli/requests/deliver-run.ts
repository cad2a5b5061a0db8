import { UserError } from '../../errors.ts';
import { readRequests } from '../../ledger/requests.ts';
import { type Delivered, deliver } from '../../loop/requests/deliver.ts';
import { type Split, splitRun } from '../../loop/requests/split.ts';
import { verifiedTip } from '../../loop/requests/verified-tip.ts';
import { approve } from '../approve.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { keepEvidence } from '../packet/keep-evidence.ts';
import type { ReadPacket } from '../packet/read-packet.ts';
import { stickyComment, stickyMarker } from '../packet/sticky-comment.ts';
import { shownRequests } from '../shown-requests.ts';
import type { ForgeHere, RequestSettings } from './forge-here.ts';
import { bodyOf, checkOf, titleOf } from './request-words.ts';

/** What a person says of a delivery. */
export interface DeliverOptions {
  readonly split: Split;
  readonly base: string | undefined;
  readonly yes: boolean;
}

/** Name of the check that commits get. */
const checkName = 'agentloop';

/** Delivers a run to a forge: its branches pushed, its requests opened or brought up to date. */
export async function deliverRun(
  io: Io,
  { packet, view, repo }: ReadPacket,
  { forge, target }: ForgeHere,
  settings: RequestSettings,
  options: DeliverOptions,
): Promise<readonly Delivered[]> {
  const { state } = view;
  const branch = state.branch ?? '';
  const say = (text: string) => io.stderr.write(`${harmless(text)}\n`);
  const commits = await verifiedTip(repo, state);
  const lines = new Map(packet.accepted.map(({ commit, added, removed }) => [commit, added + removed]));
  const known = readRequests(view.folder.dir).filter(({ where }) => where === forge.where);
  const isOne = known.some(({ head }) => head === branch);
  const fixed = known
    .filter(({ head }) => head !== branch)
    .flatMap(({ pushed }) => pushed.findLast((one) => commits.some(({ commit }) => commit === one)) ?? []);
  const parts = splitRun(
    commits.map((one) => ({
      commit: one.commit,
      lines: lines.get(one.commit) ?? 0,
      ...(one.kind === 'accepted' && one.feature !== undefined ? { feature: one.feature } : {}),
    })),
    (id) => view.features.find((one) => one.id === id)?.dependsOn ?? [],
    options.split === 'auto' && isOne ? 'one' : options.split,
    options.split === 'one' ? [] : fixed,
  );
  const heads = parts.map((_, at) => (parts.length === 1 ? branch : `${branch}-part-${at + 1}`));
  const untold = await keepEvidence(repo, packet, view.folder.dir);
  if (untold !== undefined) say(untold);
  const ref = packet.evidence?.ref;
  const evidence = ref === undefined ? undefined : await repo.user.resolve(ref);
  const check = checkOf(packet);
  return deliver({
    repo,
    runDir: view.folder.dir,
    forge,
    target,
    base: baseOf(options.base ?? settings.base, state.baseRef, target.remote),
    wanted: parts.map((part, at) => ({
      head: heads[at] ?? branch,
      tip: part.tip,
      features: part.features,
      title: titleOf(packet, part),
      body: bodyOf(packet, part, at, heads),
    })),
    ...(ref === undefined || evidence === undefined ? {} : { evidence: { ref, commit: evidence } }),
    comment: {
      marker: stickyMarker(packet.run),
      body: (all) => stickyComment({ ...packet, requests: shownRequests(all) }),
    },
    labels: settings.labels,
    status: { ...check, name: checkName },
    now: io.now,
    say,
    approve: (what) => approve(io, options.yes, what),
  });
}

/** The branch requests go into: what is named, else the one the run began on. UserError where that was none. */
export function baseOf(named: string | undefined, baseRef: string, remote: string): string {
  const name = (named ?? baseRef)
    .replace(/^refs\/heads\//, '')
    .replace(new RegExp(`^(refs/remotes/)?${remote}/`), '');
  if (named !== undefined || !/^(HEAD|[0-9a-f]{7,64})$|[~^@]/.test(name)) return name;
  throw new UserError(
    `The run began at ${baseRef}, which is no branch to open a request into.`,
    'agentloop pr --base <branch>',
  );
}
