import type { State } from '../../ledger/state.ts';
import type { FileChange } from '../../workspace/commit-changes.ts';
import type { Listed } from '../listed.ts';
import type { Result } from '../result.ts';
import type { Gathered } from './gathered.ts';
import { kindByName } from './kind-by-name.ts';
import type { Accepted } from './packet.ts';
import type { Told } from './told.ts';

/** What landed and still stands, the oldest first. */
export function acceptedOf(
  state: State,
  told: Told,
  features: readonly Listed[],
  { landings }: Pick<Result, 'landings'>,
  { commits, evidence }: Gathered,
): readonly Accepted[] {
  const found = landings.flatMap((one): Accepted[] => {
    const known = state.features.get(one.feature);
    if (!known?.landed) return [];
    const { landed } = known;
    const claim = told.claim(landed.session);
    const ruling = told.ruling(landed.session);
    const hash = landed.evidence;
    const figures = hash === undefined ? undefined : evidence.get(hash);
    return [
      {
        feature: one.feature,
        title: one.title,
        description: features.find(({ id }) => id === one.feature)?.description ?? '',
        seq: landed.seq,
        at: landed.ts,
        session: one.session,
        commit: one.commit,
        parent: landed.parent,
        proof: one.proof,
        tests: figures ? { before: figures.before, after: figures.after, added: figures.added } : null,
        files: one.files,
        added: one.added,
        removed: one.removed,
        look: lookOf(one.look, commits.get(one.commit)),
        sessions: one.sessions,
        refusals: one.refusals,
        usd: one.usd,
        ruled: ruling?.ruling === 'accepted' ? ruling.seq : null,
        evidence: hash ?? null,
        did: claim?.handoff.did ?? null,
      },
    ];
  });
  return found.toSorted((a, b) => a.seq - b.seq);
}

/** The work itself before what is written about it, the larger change first; with its lines where they are known. */
function lookOf(paths: readonly string[], changes: readonly FileChange[] = []): readonly string[] {
  const of = (path: string) => changes.find((change) => change.path === path);
  const rank = (path: string) => {
    if (/\.(md|rst|txt|adoc)$|(^|\/)docs?\//i.test(path)) return 3;
    const kind = kindByName(path);
    return kind === 'source' ? 0 : kind === 'test' || kind === 'helper' ? 1 : 2;
  };
  return paths
    .toSorted((a, b) => rank(a) - rank(b) || (of(b)?.added ?? 0) - (of(a)?.added ?? 0))
    .map((path) => {
      const [first, last] = of(path)?.lines ?? [];
      if (first === undefined) return path;
      return first === last ? `${path}:${first}` : `${path}:${first}-${last}`;
    });
}
