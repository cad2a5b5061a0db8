import { join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Broken, Verdict } from '../judge/judge.ts';
import { files, harnessFiles } from '../project/feature.ts';
import { openLone, refuseUnreadable } from '../workspace/lone-repository.ts';
import type { Repository } from '../workspace/repository.ts';
import { treeProblems } from '../workspace/tree-problems.ts';
import { shown } from '../workspace/trees.ts';
import { parentOf } from './judged-pair.ts';
import { makeJudgementDir } from './judgements.ts';
import { type KeptVerdicts, keptVerdicts } from './kept-verdicts.ts';
import { featureIn, listAgainst } from './list-against.ts';
import { type LoneJudge, loneJudge } from './lone-judge.ts';
import { findRunBundle, type RunBundle, unpackInto } from './open-bundle.ts';
import { type RunCommit, type RunCommits, runCommits } from './run-commits.ts';
import { openSetting, raiseFence, type StartInput } from './setting.ts';

export interface VerifyInput extends Omit<StartInput, 'exitCode'> {
  /** The run branch, as a name or a commit, or the path of a bundle of `agentloop bundle`. */
  readonly branch: string;
}

/** One commit of the branch, judged again where a verdict speaks for it. */
export interface Reviewed extends RunCommit {
  /** Undefined: there was nothing to judge. */
  readonly now: Verdict | Broken | undefined;
  /** In which respects the commit is not what it says of itself; empty: it is. */
  readonly against: readonly string[];
  /** In ms. */
  readonly ms: number;
}

export interface Verified extends Omit<RunCommits, 'commits'> {
  readonly branch: string;
  readonly commits: readonly Reviewed[];
  /** Whether the records of the run are here, and whole. */
  readonly ledger: KeptVerdicts['ledger'];
  readonly trouble?: string;
  readonly fence: string;
  /** The bundle it came in. */
  readonly bundle?: string;
  /** Folder with the new evidence. */
  readonly evidence: string;
  readonly ms: number;
}

/**
 * Judges every accepted commit of a run branch again, from scratch, each against its parent, and holds that against
 * what was recorded: trailers, and ledger and evidence where they are here. Stops where the judge cannot see. Of a bundle
 * in which nothing has landed there is nothing to judge: no commits, and no trouble.
 */
export async function verifyBranch(
  input: VerifyInput,
  signal: AbortSignal,
  watch: (done: Reviewed) => void = () => undefined,
): Promise<Verified> {
  const began = input.now();
  const setting = await openSetting(input);
  const fence = await raiseFence(setting, input);
  await using lone = await openLone(setting.repo);
  const { repo } = lone;
  const bundle = await findRunBundle(resolve(input.cwd, input.branch));
  const keptIn = bundle && join(lone.folder, 'kept');
  if (bundle && keptIn) await unpackInto(repo, bundle, keptIn);
  const { run, tip, commits } = await commitsOf(repo, input.branch, bundle);
  const kept = await keptVerdicts(repo, run, keptIn);
  const evidenceDir = makeJudgementDir(repo, `verify-${run}`, began);
  const { version, now } = input;
  // Nothing that an earlier judge has seen is believed.
  const judge = loneJudge({
    lone,
    store: setting.repo,
    sealedDir: setting.config.judge.sealed.dir,
    fence,
    version,
    evidenceDir,
    cacheDir: join(lone.folder, 'judge'),
    now,
  });
  const reviewed: Reviewed[] = [];
  for (const commit of commits) {
    const started = now();
    const { verdict, against } = await review(repo, judge, commit, signal);
    const one = {
      ...commit,
      now: verdict,
      against: [...against, ...kept.against(commit)],
      ms: Math.max(0, now() - started),
    };
    reviewed.push(one);
    watch(one);
    if (verdict?.ruling === 'broken') break;
  }
  const { ledger } = kept;
  const trouble = kept.trouble ?? (await strangers(setting.repo, commits[0], bundle));
  return {
    branch: bundle?.branch?.name ?? input.branch,
    ...(bundle === undefined ? {} : { bundle: input.branch }),
    run,
    tip,
    commits: reviewed,
    ledger,
    ...(trouble === undefined ? {} : { trouble }),
    fence: fence.mode,
    evidence: evidenceDir,
    ms: Math.max(0, now() - began),
  };
}

/** The commits to judge, of a branch or of a bundle. */
async function commitsOf(
  repo: Repository,
  branch: string,
  bundle: RunBundle | undefined,
): Promise<RunCommits> {
  if (bundle === undefined) return runCommits(repo, branch);
  if (bundle.branch === undefined) return { run: bundle.run, tip: bundle.needs[0] ?? '', commits: [] };
  const found = await runCommits(repo, bundle.branch.name, bundle.branch.tip);
  if (found.run === bundle.run) return found;
  throw new UserError(
    `The branch in ${bundle.file} is of run ${found.run}, and its ledger of run ${bundle.run}.`,
    'agentloop bundle <run> --out <file>   (makes it anew)',
  );
}

/** What a bundle brings below the first commit of its run is no work of the run, and would be delivered with it. */
async function strangers(
  user: Repository,
  first: RunCommit | undefined,
  bundle: RunBundle | undefined,
): Promise<string | undefined> {
  const parent = first?.parents[0];
  if (bundle === undefined || parent === undefined || (await user.user.resolve(parent)) !== undefined)
    return undefined;
  return `the run stands on ${parent.slice(0, 10)}, which the bundle brings along and no verdict speaks for`;
}

interface Review {
  readonly verdict: Verdict | Broken | undefined;
  readonly against: readonly string[];
}

async function review(
  repo: Repository,
  { judge }: LoneJudge,
  commit: RunCommit,
  signal: AbortSignal,
): Promise<Review> {
  const { trees } = repo;
  const base = await parentOf(repo, commit.commit, commit.commit.slice(0, 10));
  for (const one of [base, commit.commit]) await refuseUnreadable(repo, one);
  const [baseTree, tree] = [await trees.treeOf(base), commit.tree];
  const changes = await trees.changes(baseTree, tree);
  const own = new Set<string>(harnessFiles);
  const others = changes.filter(({ path }) => !own.has(path)).map(({ path }) => shown(path));
  const against: string[] = [...(await listAgainst(trees, baseTree, tree, commit.feature))];
  if (commit.kind !== 'accepted') {
    if (others.length > 0) against.push(`${whose[commit.kind]}: no verdict speaks for ${few(others)}`);
    return { verdict: undefined, against };
  }
  const rules = changes
    .map(({ path }) => path)
    .filter((path) => path === files.init || path === files.config);
  if (rules.length > 0) against.push(`it changes ${few(rules)}, which no session may`);
  if (commit.verdict === undefined) against.push('it names a feature and no verdict');
  const feature = await featureIn(trees, baseTree, commit.feature ?? '');
  if (feature === undefined) {
    return { verdict: undefined, against: [...against, `its parent has no feature ${commit.feature}`] };
  }
  const problems = await treeProblems(trees, tree, changes);
  const verdict = await judge.rule(
    {
      run: commit.run ?? '',
      session: commit.session ?? 1,
      feature: { ...feature, passes: false },
      base,
      baseTree,
      tree,
      problems,
      dropped: [],
    },
    signal,
  );
  if (verdict.ruling === 'refused')
    against.push(`recorded as accepted, and refused now (${codesOf(verdict.reasons)})`);
  return { verdict, against };
}

const whose = { harness: 'made by the run, without a feature', hand: 'made by hand' } as const;

function codesOf(reasons: readonly { readonly code: string }[]): string {
  return [...new Set(reasons.map(({ code }) => code))].join(', ');
}

function few(paths: readonly string[]): string {
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `${paths.slice(0, 3).join(', ')}${more}`;
}
