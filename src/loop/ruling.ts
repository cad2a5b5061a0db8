import type { Broken, Candidate, Verdict } from '../judge/judge.ts';
import type { Crew } from './crew.ts';
import type { RefusedBefore } from './refused-before.ts';

/** Has a candidate judged and the verdict written down, before anything follows from it. */
export async function rule(
  crew: Crew,
  candidate: Candidate,
  { round, refused }: { readonly round: number; readonly refused: RefusedBefore },
): Promise<Verdict | Broken> {
  const { book } = crew;
  const where = { session: candidate.session, feature: candidate.feature.id };
  const started = crew.now();
  crew.watcher.activity(
    round === 1 ? 'the judge looks at it' : `the judge looks at it again (round ${round})`,
  );
  await book.record({
    type: 'judge.started',
    ...where,
    scope: 'candidate',
    base: candidate.base,
    tree: candidate.tree,
  });
  const verdict = (await refused.find(candidate)) ?? (await crew.judge.rule(candidate, crew.signals.hard));
  if (verdict.ruling === 'broken') {
    // Why an evaluator could not be asked is written down already, and says what the run does next.
    const told = verdict.code === 'judge.evaluator-unavailable';
    if (!crew.signals.hard.aborted && !told) await recordBroken(crew, verdict, where);
    return verdict;
  }
  if (verdict.ruling === 'refused') refused.keep(candidate, verdict);
  // The ledger is about to say that this tree may land: it must outlive a power cut as the ledger does.
  if (verdict.ruling === 'accepted') await crew.repo.objects.makeDurable();
  await book.record({
    type: 'judge.ruled',
    ...where,
    scope: 'candidate',
    ruling: verdict.ruling,
    tree: candidate.tree,
    ...(candidate.work === undefined ? {} : { work: candidate.work }),
    ms: Math.max(0, crew.now() - started),
    reasons: verdict.ruling === 'refused' ? [...verdict.reasons] : [],
    ...(verdict.ruling === 'accepted' ? { proof: verdict.proof } : {}),
    evidence: verdict.evidence,
    dropped: [...candidate.dropped],
    restored: [...verdict.restored],
    knownRed: verdict.knownRed,
    flaky: [...verdict.flaky],
    notes: [...verdict.notes],
    suspicions: [...verdict.suspicions],
  });
  return verdict;
}

/** The base is seen before any verdict. False when it cannot be, or when a person asks to stop: nothing hangs on it yet. */
export async function seeBase(crew: Crew): Promise<boolean> {
  const { book, repo } = crew;
  const base = book.state.tip;
  const tree = await repo.trees.treeOf(base);
  const started = crew.now();
  crew.watcher.activity('the judge looks at the base');
  await book.record({ type: 'judge.started', scope: 'base', base, tree });
  const ruling = await crew.judge.base(base, crew.signals.soft);
  if (ruling.ruling === 'broken') {
    if (!crew.signals.soft.aborted) await recordBroken(crew, ruling, {});
    return false;
  }
  const { knownRed, flaky } = ruling;
  await book.record({
    type: 'judge.ruled',
    scope: 'base',
    ruling: 'accepted',
    tree,
    ms: Math.max(0, crew.now() - started),
    knownRed,
    flaky: [...flaky],
  });
  return true;
}

/** The final judge on the tip. What it finds lost is only written down here. */
export async function ruleFinal(crew: Crew): Promise<void> {
  const { book, repo } = crew;
  const { state } = book;
  const tip = state.tip;
  const tree = await repo.trees.treeOf(tip);
  const { list } = await crew.lists(tip);
  const landed = [...state.features.values()].flatMap((known) => {
    const feature = list.features.find((one) => one.id === known.id);
    return known.landed?.proof && feature ? [{ feature, proof: known.landed.proof }] : [];
  });
  const started = crew.now();
  crew.watcher.activity('the final judge runs everything on the tip');
  await book.record({ type: 'judge.started', scope: 'final', base: state.base, tree });
  const ruling = await crew.judge.final(tip, state.base, landed, crew.signals.hard);
  if (ruling.ruling === 'broken') {
    if (!crew.signals.hard.aborted) await recordBroken(crew, ruling, {});
    return;
  }
  await book.record({
    type: 'judge.ruled',
    scope: 'final',
    ruling: ruling.ruling === 'held' ? 'accepted' : 'refused',
    tree,
    ms: Math.max(0, crew.now() - started),
    reasons: ruling.lost.flatMap(({ feature, reasons }) =>
      reasons.slice(0, 1).map((reason) => ({ ...reason, text: `${feature}: ${reason.text}` })),
    ),
    lost: ruling.lost.map(({ feature }) => feature),
  });
}

/** Writes down that the judge could not see; the run stops over it. */
export async function recordBroken(
  crew: Crew,
  broken: Broken,
  where: { session?: number; feature?: string },
): Promise<void> {
  const { code, reason, help } = broken;
  await crew.book.record({ type: 'judge.broken', ...where, code, reason, help });
}
