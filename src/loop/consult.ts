import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Assignment, Brain, Consultant, Failure } from '../brain/brain.ts';
import { parseDuration } from '../config.ts';
import { openTranscript } from '../ledger/transcript.ts';
import type { Feature } from '../project/feature.ts';
import { openWorkspace } from '../workspace/open-workspace.ts';
import type { Prepared } from '../workspace/prepare.ts';
import type { Commit, Tree } from '../workspace/trees.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Beside, brainRound, type RunLimit, type Said } from './brain-round.ts';
import type { Filled } from './choose-brain.ts';
import type { Crew } from './crew.ts';
import { limitsIn } from './limits-in.ts';
import { leftFor, purseOf } from './purse-of.ts';
import { keepBrief } from './trail.ts';

/** One thing that a brain is asked for beside the sessions. `T`: what is made of its answer. */
export interface Consultation<T> {
  readonly role: Consultant;
  readonly filled: Filled;
  readonly feature: Feature;
  /** Number of the session it is about; of the one to come where none is open. */
  readonly session: number;
  /** The whole of what a brain is told, how to end included (`brain.claimBy`). */
  readonly brief: (brain: Brain) => string;
  /** Tip of the run branch: HEAD of its workspace. */
  readonly base: Commit;
  /** What its workspace holds; default the tree of `base`. */
  readonly tree?: Tree;
  readonly prepared?: Prepared;
  readonly hands: 'all' | 'read-only';
  /** Model calls it may take at most where its role has no limit of its own; default as many as a session. */
  readonly turns?: number;
  /** How often the same conversation may go on after `again`. */
  readonly rounds: number;
  /** Makes something of what it said, while its workspace stands; `again`: why that is not to be had, told to the brain. */
  read(
    said: Said,
    workspace: Workspace,
    brain: Brain,
  ): Promise<{ readonly value: T } | { readonly again: string }>;
}

/** What came of it. A brain that fails is data, as everywhere. */
export type Consulted<T> =
  | { readonly ended: 'finished'; readonly value: T }
  /** It ended by itself, as often as it might, and nothing could be made of it. `why`: the last `again`. */
  | { readonly ended: 'unreadable'; readonly why: string }
  /** `brain.failed` is written: an unavailable brain, or a limit of the run, decides what the run does next. */
  | {
      readonly ended: 'failed';
      readonly failure: Failure;
      readonly limit?: RunLimit;
      readonly fallsBack?: true;
    };

/**
 * Puts one thing to whoever fills a role: a fresh conversation inside the fence, in a workspace that is thrown away.
 * Everything it says stands in `sessions/<session>.<role>.jsonl` (`-2` and so on where somebody is asked again for the same
 * session), what it spends in the ledger under its role, and the limits of its role hold for it. Where it gives no answer the
 * fallback of the role is asked, once and from the start.
 */
export async function consult<T>(
  crew: Crew,
  asked: Consultation<T>,
  signal: AbortSignal,
): Promise<Consulted<T>> {
  const { brain, fallback } = asked.filled;
  const came = await ask(crew, asked, brain, signal, { fallback });
  const isAsked = came.ended === 'unreadable' || (came.ended === 'failed' && came.fallsBack);
  if (!fallback || !isAsked || signal.aborted) return came;
  return await ask(crew, asked, fallback, signal, { isFallback: true });
}

async function ask<T>(
  crew: Crew,
  asked: Consultation<T>,
  brain: Brain,
  signal: AbortSignal,
  beside: Beside,
): Promise<Consulted<T>> {
  const { role, feature, session, base, tree, prepared } = asked;
  const limits = limitsIn(crew, role);
  const { sessionTurns: most } = limits;
  const { maxFileBytes, maxTotalBytes } = crew.config.workspace;
  const workspace = await openWorkspace(crew.repo, {
    run: crew.run,
    base,
    fence: crew.fence,
    maxFileBytes,
    maxTotalBytes,
    graceMs: parseDuration(crew.config.limits.grace) ?? 0,
    ...(tree === undefined ? {} : { tree }),
    ...(prepared === undefined ? {} : { prepared }),
    ...(brain.needs ? { readOnly: brain.needs.readOnly } : {}),
  });
  try {
    const transcript = await openTranscript(freshTranscript(crew, session, role), { redact: crew.redact });
    const brief = crew.redact(asked.brief(brain));
    await keepBrief(transcript.file, brief);
    try {
      const first: Assignment = {
        run: crew.run,
        session,
        role,
        feature,
        brief,
        workspace,
        hands: asked.hands,
        transcript,
        limits: {
          turns: crew.config.roles[role].limits.sessionTurns ?? Math.min(asked.turns ?? most, most),
          deadline: Math.min(crew.now() + limits.sessionMs, limits.until ?? Number.POSITIVE_INFINITY),
          idleMs: limits.idleMs,
          ...(limits.sessionToolCalls === undefined ? {} : { toolCalls: limits.sessionToolCalls }),
        },
        mayspend: purseOf(crew, session, role),
        usdLeft: leftFor(crew, session, role),
      };
      return await rounds(crew, asked, brain, first, signal, beside);
    } finally {
      await transcript.close();
    }
  } finally {
    await workspace[Symbol.asyncDispose]();
  }
}

async function rounds<T>(
  crew: Crew,
  { rounds: most, read }: Consultation<T>,
  brain: Brain,
  first: Assignment,
  signal: AbortSignal,
  beside: Beside,
): Promise<Consulted<T>> {
  let assignment = first;
  for (let round = 1; ; round += 1) {
    const ended = await brainRound(crew, brain, assignment, signal, beside);
    if (ended.ended === 'failure') return { ...ended, ended: 'failed' };
    await first.workspace.quiet();
    const made = await read(ended.said, first.workspace, brain);
    if ('value' in made) return { ended: 'finished', value: made.value };
    if (round > most || signal.aborted) return { ended: 'unreadable', why: made.again };
    assignment = { ...first, refusal: { round, reasons: [], text: made.again } };
  }
}

/** A file that is not there yet: each time it is asked, a brain knows nothing of the time before. */
function freshTranscript(crew: Crew, session: number, role: Consultant): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? `${session}.${role}.jsonl` : `${session}.${role}-${n}.jsonl`;
    const file = join(crew.runDir, 'sessions', name);
    if (!existsSync(file)) return file;
  }
}
