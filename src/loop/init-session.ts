import { join } from 'node:path';
import type { Assignment } from '../brain/brain.ts';
import { parseDuration } from '../config.ts';
import type { Reason, StopReason } from '../ledger/event.ts';
import { openTranscript } from '../ledger/transcript.ts';
import { initializerBrief, refusalText } from '../project/brief.ts';
import { files } from '../project/feature.ts';
import { openWorkspace } from '../workspace/open-workspace.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { claimRound, type Round } from './claim-round.ts';
import type { Crew } from './crew.ts';
import { judgeProposal } from './init-judged.ts';
import { detectedText } from './init-plan.ts';
import { completed, type Proposal, type Proposed, withSpec } from './init-proposal.ts';
import { keepUnfinished } from './keep.ts';
import { limitsIn } from './limits-in.ts';
import { stopOf } from './next.ts';
import { leftFor, purseOf } from './purse-of.ts';
import { pathInside } from './run-dir.ts';
import type { InitInput } from './start-init.ts';
import { keepBrief, transcriptsOf } from './trail.ts';

/** A proposal from a session of the initializer and, where it gave none, from one of its fallback. */
export async function proposeBySession(crew: Crew, existing: Proposal, input: InitInput): Promise<Proposed> {
  const proposed = await oneSession(crew, existing, input);
  const { fallback } = crew;
  if (!fallback || !('stopped' in proposed) || !proposed.fallsBack) return proposed;
  return await oneSession({ ...crew, brain: fallback }, existing, input);
}

/** A proposal is judged like any other claim: refused with reasons, a few times. */
async function oneSession(crew: Crew, existing: Proposal, input: InitInput): Promise<Proposed> {
  const { book, repo } = crew;
  const number = book.state.sessions.length + 1;
  const began = crew.now();
  const base = book.state.base;
  const brief = crew.redact(
    initializerBrief({
      specification: input.spec?.text ?? '',
      detected: await detectedText(crew, input.checks),
      notes: [],
      agents: existing.get(files.agents) ?? '',
      claimBy: crew.brain.claimBy,
      addition: crew.brain.addition,
    }),
  );
  await book.record({
    type: 'session.started',
    session: number,
    role: 'initializer',
    brain: crew.brain.name,
    ...(crew.brain.model === undefined ? {} : { model: crew.brain.model }),
    ...(crew.brain === crew.fallback ? { fallback: true as const } : {}),
    base,
    brief: await keepBrief(join(crew.runDir, 'sessions', `${number}.jsonl`), brief),
  });
  const { maxFileBytes, maxTotalBytes } = crew.config.workspace;
  const workspace = await openWorkspace(repo, {
    run: crew.run,
    session: number,
    base,
    fence: crew.fence,
    maxFileBytes,
    maxTotalBytes,
    graceMs: parseDuration(crew.config.limits.grace) ?? 0,
    ...(crew.brain.needs ? { readOnly: crew.brain.needs.readOnly } : {}),
  });
  const transcript = await openTranscript(join(crew.runDir, 'sessions', `${number}.jsonl`), {
    redact: crew.redact,
  });
  let proposed: Proposed;
  let kept: string | undefined;
  try {
    const limits = limitsIn(crew);
    const deadline = Math.min(crew.now() + limits.sessionMs, limits.until ?? Number.POSITIVE_INFINITY);
    const assignment: Assignment = {
      run: crew.run,
      session: number,
      role: 'initializer',
      brief,
      workspace,
      transcript,
      limits: {
        turns: limits.sessionTurns,
        deadline,
        idleMs: limits.idleMs,
        ...(limits.sessionToolCalls === undefined ? {} : { toolCalls: limits.sessionToolCalls }),
      },
      mayspend: purseOf(crew, number),
      usdLeft: leftFor(crew, number),
    };
    proposed = await rounds(crew, existing, input, assignment, limits.refusalsPerSession);
    await workspace.quiet();
    if ('stopped' in proposed) kept = await keepUnfinished(crew, number, undefined, workspace);
  } finally {
    await transcript.close();
    await workspace[Symbol.asyncDispose]();
  }
  const outcome = 'proposal' in proposed ? 'landed' : (outcomes[proposed.stopped] ?? 'refused');
  await book.record({
    type: 'session.ended',
    session: number,
    outcome,
    ms: Math.max(0, crew.now() - began),
    counts: false,
    ...(kept === undefined ? {} : { kept }),
    transcripts: await transcriptsOf(crew, number),
  });
  return proposed;
}

const outcomes: Partial<
  Record<StopReason, 'needs-human' | 'interrupted' | 'unavailable' | 'failed' | 'stuck'>
> = {
  'needs-human': 'needs-human',
  interrupted: 'interrupted',
  terminated: 'interrupted',
  asked: 'interrupted',
  'max-cost': 'interrupted',
  'max-cost-per-day': 'interrupted',
  'max-tokens': 'interrupted',
  until: 'interrupted',
  unavailable: 'unavailable',
  'no-brain': 'failed',
  'no-progress': 'stuck',
};

async function rounds(
  crew: Crew,
  existing: Proposal,
  input: InitInput,
  first: Assignment,
  limit: number,
): Promise<Proposed> {
  let assignment = first;
  for (let round = 1; ; round += 1) {
    const ended = await claimRound(crew, assignment);
    await first.workspace.quiet();
    const stopped = whyStopped(crew, ended);
    if (stopped) return stopped;
    const proposal = completed(await written(crew, first.workspace, input), existing, input.force);
    const reasons = await judgeProposal(crew, proposal, { session: first.session, unprovenAllowed: false });
    if (crew.signals.hard.aborted) return { stopped: crew.signals.why(), detail: 'the work so far is kept' };
    if (reasons.length === 0) return { proposal, notes: keptNotes(existing, input.force) };
    if (round > limit)
      return { stopped: 'blocked', detail: `The plan was refused:\n${listed(reasons)}`, fallsBack: true };
    assignment = { ...first, refusal: { round, reasons, text: refusalText(reasons, limit - round) } };
  }
}

/** Why there is no plan to look at; undefined when there may be one. */
function whyStopped(crew: Crew, ended: Round): Proposed | undefined {
  if (crew.signals.hard.aborted) return { stopped: crew.signals.why(), detail: 'the work so far is kept' };
  if (ended.ended === 'failure') {
    const { failure, limit } = ended;
    const fallsBack = ended.fallsBack ? { fallsBack: true as const } : {};
    if (limit !== undefined) return { stopped: stopOf[limit], detail: failure.reason };
    if (failure.kind === 'unavailable') {
      const until = failure.until === undefined ? {} : { until: failure.until };
      return { stopped: 'unavailable', detail: failure.reason, ...until, ...fallsBack };
    }
    if (failure.kind === 'fatal')
      return { stopped: 'no-brain', detail: `${failure.reason}\n${failure.help}`, ...fallsBack };
    return { stopped: 'no-progress', detail: `The initializer failed: ${failure.reason}`, ...fallsBack };
  }
  const { claim, handoff } = ended;
  if (claim === 'done' || claim === 'partial') return undefined;
  const words = handoff.question ?? handoff.next ?? handoff.did ?? '';
  if (claim === 'needs-human') return { stopped: 'needs-human', detail: `The initializer asks: ${words}` };
  return { stopped: 'no-progress', detail: `The initializer claims ${claim}. ${words}`.trim() };
}

/** The harness files as the session left them, with the specification put into the list. */
async function written(crew: Crew, workspace: Workspace, input: InitInput): Promise<Proposal> {
  const { tree } = await workspace.snapshot();
  const found = new Map<string, string>();
  for (const path of [files.featureList, files.init, files.agents, files.config]) {
    const blob = await crew.repo.trees.read(tree, path);
    if (blob) found.set(path, blob.toString('utf8'));
  }
  return withSpec(found, specOf(crew.repo.top, input.spec));
}

function keptNotes(existing: Proposal, force: boolean): string[] {
  if (force) return [];
  return [files.init, files.config]
    .filter((path) => existing.has(path))
    .map((path) => `${path} was there already and was kept (--force replaces it, and shows the difference).`);
}

function listed(reasons: readonly Reason[]): string {
  return reasons.map((one) => `- ${one.code}: ${one.text}`).join('\n');
}

/** How the list names its specification: by its path where that is committed beside it, else by its words. */
function specOf(top: string, spec: InitInput['spec']): string {
  if (spec?.file === undefined) return spec?.text ?? '';
  return pathInside(top, spec.file) ?? spec.text;
}
