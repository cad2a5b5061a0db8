import type { Opinion } from '../hands/opinion.ts';
import type { Proof, Suspicion } from '../ledger/event.ts';
import type { BytePath, Tree } from '../workspace/trees.ts';
import type { Broken, Candidate } from './judge.ts';
import type { Kind } from './protected.ts';
import type { Look, Seen, SoFar, View } from './view.ts';

/** What an evaluator is asked about: a candidate that every other layer accepts. */
export interface Question {
  readonly candidate: Candidate;
  /** The candidate with the files of the harness as the base has them: what the brain itself has made. */
  readonly work: Tree;
  readonly proof: Proof | undefined;
  readonly notes: readonly string[];
  readonly suspicions: readonly Suspicion[];
  kind(path: BytePath): Kind;
}

/** What came of it: `nothing` where it gave no opinion that could be read, `unasked` where there is no evaluator. */
export type Heard =
  | Opinion
  | { readonly says: 'nothing'; readonly why: string }
  | { readonly says: 'unasked' };

/** Asks an evaluator. Broken: it cannot be asked now. Never throws for what a brain does. */
export type Evaluate = (question: Question, signal: AbortSignal) => Promise<Heard | Broken>;

/** Asks the evaluator, where there is one. */
export async function seeOpinion(view: View, seen: Seen, { proof, notes }: SoFar): Promise<Look> {
  const { deps, candidate, changes } = view;
  if (deps.evaluate === undefined) return { ...seen, opinion: { says: 'unasked' } };
  const ours = changes.filter(({ path }) => view.kind(path) === 'harness');
  const question: Question = {
    candidate,
    work: await deps.trees.overlay(
      candidate.tree,
      ours.map(({ path, old }) => ({ path, mode: old?.mode ?? '100644', oid: old?.oid ?? null })),
    ),
    proof,
    notes,
    suspicions: seen.suspicions ?? [],
    kind: (path) => view.kind(path),
  };
  const heard = await deps.evaluate(question, view.signal);
  return 'ruling' in heard ? heard : { ...seen, opinion: heard };
}
