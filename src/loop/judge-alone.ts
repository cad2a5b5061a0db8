import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Broken, Candidate, Verdict } from '../judge/judge.ts';
import type { LayerSeen } from '../judge/witness.ts';
import { didYouMean } from '../project/did-you-mean.ts';
import { type Feature, files, harnessFiles } from '../project/feature.ts';
import { parseFeatureList } from '../project/feature-list.ts';
import { openLone, refuseUnreadable } from '../workspace/lone-repository.ts';
import type { Repository } from '../workspace/repository.ts';
import { treeProblems } from '../workspace/tree-problems.ts';
import { shown, type Tree, type Trees } from '../workspace/trees.ts';
import type { FenceMode } from '../workspace/workspace.ts';
import { type ChecksAlone, checksAlone } from './checks-alone.ts';
import { type JudgedPair, judgedPair } from './judged-pair.ts';
import { makeJudgementDir } from './judgements.ts';
import { loneJudge } from './lone-judge.ts';
import { openSetting, raiseFence, type StartInput } from './setting.ts';

export interface JudgeInput extends Omit<StartInput, 'exitCode'> {
  /** The commit; default HEAD. */
  readonly ref?: string;
  readonly base?: string;
  /** Id of the feature it is to prove. */
  readonly feature?: string;
  /** Checks a person gives, `name=command`. */
  readonly checks: readonly string[];
  /** Without a feature: whether something must turn green. */
  readonly proof: boolean;
}

/** What one commit came to. */
export interface Judgement extends JudgedPair {
  readonly ref: string;
  readonly subject: string;
  /** Undefined: it was judged without one. */
  readonly feature: Feature | undefined;
  /** What has to be shown. */
  readonly proofAsked: Feature['proof'];
  readonly checks: ChecksAlone;
  readonly fence: FenceMode;
  readonly verdict: Verdict | Broken;
  /** Files of the harness that the commit changes: they count as the base has them. */
  readonly dropped: readonly string[];
  readonly layers: readonly LayerSeen[];
  readonly runs: readonly RunTime[];
  /** The evidence file; undefined where the judge could not see. */
  readonly evidence: string | undefined;
  /** Of the whole judgement, in ms. */
  readonly ms: number;
}

/** What was run on one tree, under all the names by which it was looked at, and how long its commands took, in ms. */
export interface RunTime {
  readonly as: readonly string[];
  readonly ms: number;
}

/**
 * Judges one commit of any repository without a run. Nothing is written there but the evidence, no ref moves, and no
 * lock is needed: it works beside a run. UserError for what is not to be had; a judge that cannot see is a verdict.
 */
export async function judgeAlone(input: JudgeInput, signal: AbortSignal): Promise<Judgement> {
  const began = input.now();
  const setting = await openSetting(input);
  const { ref = 'HEAD' } = input;
  if (input.ref === undefined && (await setting.repo.user.isDirty()))
    input.say('The working tree has changes that are not committed: they are not judged, only HEAD is.');
  const fence = await raiseFence(setting, input);
  await using lone = await openLone(setting.repo);
  const { repo } = lone;
  const pair = await judgedPair(repo, ref, input.base);
  for (const commit of [pair.base, pair.commit]) await refuseUnreadable(repo, commit);
  const { trees } = repo;
  const [baseTree, whole] = [await trees.treeOf(pair.base), await trees.treeOf(pair.commit)];
  const checks = await checksAlone(trees, baseTree, input.checks);
  const feature =
    input.feature === undefined ? undefined : await featureOf(trees, [baseTree, whole], input.feature);
  const { tree, dropped } = await withoutHarnessFiles(trees, baseTree, whole);
  const evidenceDir = makeJudgementDir(repo, pair.commit.slice(0, 10), began);
  const { judge, witness } = loneJudge({
    lone,
    store: setting.repo,
    sealedDir: setting.config.judge.sealed.dir,
    fence,
    version: input.version,
    evidenceDir,
    ...(checks.from === 'base' ? {} : { checks: checks.checks }),
    ...(checks.init === undefined ? {} : { init: checks.init }),
    now: input.now,
  });
  const asked = feature ?? anyWork(input.proof);
  const candidate: Candidate = {
    run: lone.run,
    session: 1,
    feature: asked,
    base: pair.base,
    baseTree,
    tree,
    problems: await treeProblems(trees, tree, await trees.changes(baseTree, tree)),
    dropped,
    ...(feature === undefined && !input.proof ? { mayBeEmpty: true as const } : {}),
  };
  input.say(`Judges ${pair.commit.slice(0, 10)} against ${pair.base.slice(0, 10)}, ${pair.found}.`);
  const verdict = await judge.rule(candidate, signal);
  const file = join(evidenceDir, `${asked.id}-1-1.json`);
  return {
    ...pair,
    ref,
    subject: await subjectOf(repo, pair.commit),
    feature,
    proofAsked: asked.proof,
    checks,
    fence: fence.mode,
    verdict,
    dropped,
    layers: witness.tell(verdict),
    runs: verdict.ruling === 'broken' ? [] : await runTimes(file),
    evidence: verdict.ruling === 'broken' ? undefined : file,
    ms: Math.max(0, input.now() - began),
  };
}

/** What a commit without a feature is judged as. */
function anyWork(proof: boolean): Feature {
  const words = { title: 'what the commit says', description: '', steps: [], priority: 100, dependsOn: [] };
  return { id: 'commit', ...words, proof: proof ? 'tests' : 'none', passes: false };
}

/** The feature as the first of these trees has it. UserError when none does. */
export async function featureOf(trees: Trees, from: readonly Tree[], id: string): Promise<Feature> {
  const known: string[] = [];
  for (const tree of from) {
    const text = (await trees.read(tree, files.featureList))?.toString('utf8');
    const all = text === undefined ? [] : parseFeatureList(text, files.featureList).features;
    const feature = all.find((one) => one.id === id);
    if (feature) return feature;
    known.push(...all.map((one) => one.id));
  }
  const near = didYouMean(id, known);
  throw new UserError(
    `There is no feature ${id} in ${files.featureList} of the base or the commit.${near ? ` Did you mean ${near}?` : ''}`,
    known.length === 0
      ? 'agentloop judge   (without --feature)'
      : `Features: ${[...new Set(known)].slice(0, 20).join(', ')}.`,
  );
}

/** As in a run: the files of the harness are the base's, whoever changed them. */
async function withoutHarnessFiles(
  trees: Trees,
  base: Tree,
  tree: Tree,
): Promise<{ readonly tree: Tree; readonly dropped: readonly string[] }> {
  const own = new Set<string>(harnessFiles);
  const touched = (await trees.changes(base, tree)).filter(({ path }) => own.has(path));
  const entries = touched.map(({ path, old, new: now }) => ({
    path,
    mode: old?.mode ?? now?.mode ?? ('100644' as const),
    oid: old?.oid ?? null,
  }));
  return { tree: await trees.overlay(tree, entries), dropped: touched.map(({ path }) => shown(path)) };
}

/** The first line of a commit's message. */
async function subjectOf(repo: Repository, commit: string): Promise<string> {
  const { body } = await repo.objects.get(commit);
  const text = body.toString('utf8');
  return text.slice(text.indexOf('\n\n') + 2).split('\n', 1)[0] ?? '';
}

/** How long the runs took that an evidence file tells of. */
async function runTimes(file: string): Promise<readonly RunTime[]> {
  const { runs } = JSON.parse(await readFile(file, 'utf8')) as {
    runs: readonly { as: readonly string[]; checks: readonly { ms: number }[] }[];
  };
  return runs.map(({ as, checks }) => ({ as, ms: checks.reduce((sum, { ms }) => sum + ms, 0) }));
}
