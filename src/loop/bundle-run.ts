import { join } from 'node:path';
import type { State } from '../ledger/state.ts';
import type { FindSecrets } from '../policy/find-secrets.ts';
import { writeBundle } from '../workspace/bundle.ts';
import { putCopy } from '../workspace/ledger-copy.ts';
import { userGit } from '../workspace/push.ts';
import { putOrphan } from '../workspace/put-orphan.ts';
import { evidenceRef, ledgerRef, recordsRef } from '../workspace/refs.ts';
import type { Repository } from '../workspace/repository.ts';
import { pushableWork } from './pushable.ts';
import { segmentsOf } from './segments-of.ts';

/** What a run is bundled from. */
export interface BundleInput {
  readonly repo: Repository;
  readonly runDir: string;
  readonly state: State;
  /** Files of its evidence that may leave this machine, by their names in the folder of the run. */
  readonly records: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly redact: (text: string) => string;
  readonly findSecrets: FindSecrets;
}

/** What is in it. */
export interface Bundled {
  readonly refs: readonly string[];
  /** What stays here, and why: a sentence. */
  readonly held?: string;
}

/**
 * Writes all that another machine needs of a run into one git bundle, on top of the commit it began on: run branch, ledger,
 * unfinished work, evidence. As with checkpoints that are pushed, nothing with a secret in it goes along.
 * UserError when the ledger holds what reads like a secret, or when git cannot make it.
 */
export async function bundleRun(input: BundleInput, file: string): Promise<Bundled> {
  const { repo, runDir, state, records, redact, findSecrets } = input;
  const { run, tip, base, branch, published } = state;
  await repo.ensure();
  const date = Date.parse(state.at);
  const segments = await segmentsOf()(join(runDir, 'events.jsonl'), repo, redact);
  await putCopy(repo, { run, segments, tip, date });
  const said = await repo.user.fetchFrom(repo.vault.dir, [`+${ledgerRef(run)}:${ledgerRef(run)}`]);
  const put = await putOrphan(repo, {
    ref: recordsRef(run),
    files: records.map(({ name, bytes }) => ({ path: name, bytes })),
    message: `agentloop: records of run ${run}\n\nAgentloop-Run: ${run}\n`,
    date,
  });
  const work = await pushableWork()({ repo, run, findSecrets });
  const sessions = work.sessions.map((spec) => spec.slice(spec.indexOf(':') + 1));
  const own = branch !== undefined && published !== undefined && tip !== base ? [`refs/heads/${branch}`] : [];
  const kept = (await repo.user.refs(evidenceRef(run))).map(({ ref }) => ref);
  const records_ = 'held' in put ? [] : [recordsRef(run)];
  const refs = [...own, ledgerRef(run), ...sessions, ...kept, ...records_];
  try {
    await writeBundle(repo, file, { refs, without: base });
  } finally {
    await userGit(repo, ['update-ref', '-d', recordsRef(run)], { timeoutMs: 10_000 });
  }
  const held = [said, 'held' in put ? put.held : undefined, work.held].filter((one) => one !== undefined);
  return held.length === 0 ? { refs } : { refs, held: held.join('; ') };
}
