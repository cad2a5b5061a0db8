import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { isSegment } from '../ledger/segments.ts';
import { type BundleHead, readBundleHead } from '../workspace/bundle.ts';
import { readCommit } from '../workspace/commits.ts';
import { fetchOptions } from '../workspace/fetch-options.ts';
import { ledgerRef, noteRef, recordsRef } from '../workspace/refs.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Commit } from '../workspace/trees.ts';

/** A bundle of one run, by what its head says. */
export interface RunBundle extends BundleHead {
  readonly file: string;
  readonly run: string;
  /** Name and tip of the run branch; undefined: nothing has landed. */
  readonly branch?: { readonly name: string; readonly tip: Commit };
}

/** The bundle of a run that stands at `file`; undefined when that is no bundle. UserError for one of something else. */
export async function findRunBundle(file: string): Promise<RunBundle | undefined> {
  const head = await readBundleHead(file);
  if (head === undefined) return undefined;
  const runs = [...head.refs.keys()].flatMap(
    (ref) => /^refs\/agentloop\/([a-z0-9][a-z0-9._-]*)\/ledger$/.exec(ref)?.[1] ?? [],
  );
  const [run] = runs;
  if (run === undefined || runs.length > 1)
    throw new UserError(
      `${file} is a git bundle, and not of one run of agentloop.`,
      'agentloop bundle --out <file>   (makes one)',
    );
  const [branch] = [...head.refs].filter(([ref]) => ref.startsWith('refs/heads/'));
  if (branch === undefined) return { ...head, file, run };
  return { ...head, file, run, branch: { name: branch[0].slice('refs/heads/'.length), tip: branch[1] } };
}

/** Where refs of a bundle stand in our repository while it is read. */
const inside = 'refs/bundle/';

/**
 * Brings what is in a bundle into `vault` of a repository of ours, and its ledger and evidence into `dir`, as they stand in
 * the folder of a run. The user's repository is only read. UserError when it lacks the commit the bundle stands on.
 */
export async function unpackInto(repo: Repository, bundle: RunBundle, dir: string): Promise<void> {
  const { vault, trees } = repo;
  for (const [at, commit] of bundle.needs.entries()) {
    if ((await repo.user.resolve(commit)) === undefined) throw lacks(bundle, commit);
    // Git believes that it has a commit only where a ref of it reaches it.
    noteRef(vault, `${inside}needs-${at}`, commit);
  }
  await vault.run(['fetch', '--quiet', ...fetchOptions, '--', bundle.file, `+refs/*:${inside}*`], {
    asUser: repo.userEnv,
  });
  const at = (ref: string) => bundle.refs.get(ref);
  await mkdir(join(dir, 'evidence'), { recursive: true, mode: 0o700 });
  const ledger = at(ledgerRef(bundle.run)) as Commit;
  const segments = (await trees.list((await readCommit(repo, ledger)).tree)).filter(({ path }) =>
    isSegment(path),
  );
  const parts = segments.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const bytes = await trees.blobs(parts.map(({ oid }) => oid));
  await writeFile(
    join(dir, 'events.jsonl'),
    Buffer.concat(parts.map(({ oid }) => bytes.get(oid) as Buffer)),
    {
      mode: 0o600,
    },
  );
  await layDownRecords(repo, at(recordsRef(bundle.run)), dir);
}

/** Writes the files of the evidence into the folder of a run. Names that are none of ours are left out. */
export async function layDownRecords(
  repo: Repository,
  records: Commit | undefined,
  dir: string,
): Promise<void> {
  if (records === undefined) return;
  const entries = await repo.trees.list((await readCommit(repo, records)).tree);
  const known = entries.filter(({ path }) => /^[\w-][\w.-]*\.(json|log)$/.test(path));
  const bytes = await repo.trees.blobs(known.map(({ oid }) => oid));
  for (const { path, oid } of known)
    await writeFile(join(dir, 'evidence', path), bytes.get(oid) as Buffer, { mode: 0o600 });
}

function lacks({ file, run }: RunBundle, commit: Commit): UserError {
  return new UserError(
    `${file} holds run ${run} on top of commit ${commit.slice(0, 12)}, which is not in this repository.`,
    'git fetch origin   (with its whole history: a shallow clone lacks it)',
    'cannot-start',
  );
}
