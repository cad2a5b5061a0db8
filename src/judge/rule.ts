import { BugError } from '../errors.ts';
import type { Proof, Reason } from '../ledger/event.ts';
import { harnessFiles } from '../project/feature.ts';
import { clip, plain } from '../project/plain-text.ts';
import { shown } from '../workspace/trees.ts';
import { allWithStatus, knownRed } from './base-seen.ts';
import type { JudgeDeps } from './deps.ts';
import { nameEvidence, writeEvidence } from './evidence.ts';
import type { Broken, Candidate, Verdict } from './judge.ts';
import type { Case, Layer, Sights } from './layer.ts';
import { keepLandedProbe } from './probe/see-probe.ts';
import { Eyes } from './see.ts';
import { keepLanded } from './see-base.ts';

/** Reasons that a flaky test could be behind. */
const mayBeFlaky = /^(tests\.(failing|vanished|skipped)|check\.(failed|timeout))$/;
const mostListed = 200;

/** What the layers come to, with everything that was seen on the way. */
interface Ruling {
  readonly seen: Partial<Sights>;
  readonly reasons: readonly Reason[];
  readonly proof?: Proof;
  readonly notes: readonly string[];
}

/** Rules on one candidate: asks layer after layer, and lets them see what they ask for. */
export async function ruleOn(
  deps: JudgeDeps,
  layers: readonly Layer[],
  candidate: Candidate,
  signal: AbortSignal,
): Promise<Verdict | Broken> {
  const own = new Set<string>(harnessFiles);
  const all = await deps.trees.changes(candidate.baseTree, candidate.tree);
  const changes = all.filter(({ path }) => !own.has(path));
  const label = await nameEvidence(deps.evidenceDir, candidate);
  const place = layers.find((layer) => layer.place !== undefined)?.place;
  const eyes = new Eyes(deps, { candidate, changes: all, label, signal }, place);
  let ruling = await askLayers(layers, { candidate, changes, seen: {} }, eyes);
  if ('ruling' in ruling) return ruling;
  if (ruling.seen.base?.runs === 1 && ruling.reasons.some(({ code }) => mayBeFlaky.test(code))) {
    const again = await eyes.base(ruling.seen, 2);
    if ('ruling' in again) return again;
    if (!('reasons' in again)) ruling = await askLayers(layers, { candidate, changes, seen: again }, eyes);
    if ('ruling' in ruling) return ruling;
  }
  const { seen, reasons, proof } = ruling;
  const { base, trees, delivered } = seen;
  if (reasons.length === 0 && base !== undefined && delivered !== undefined)
    await keepLanded(deps, base, delivered);
  if (reasons.length === 0 && base !== undefined && seen.probe !== undefined)
    await keepLandedProbe(deps, base, seen.probe);
  const facts = {
    restored: (trees?.restored ?? []).map(shown).slice(0, mostListed),
    knownRed: base === undefined ? 0 : knownRed(base),
    flaky: base === undefined ? [] : allWithStatus(base, 'flaky').slice(0, 50),
    notes: ruling.notes.map((note) => clip(plain(note), 1_000)).slice(0, 20),
    suspicions: (seen.suspicions ?? []).slice(0, 50),
  };
  const evidence = await writeEvidence(deps, label, { candidate, changes, seen, reasons, proof, ...facts });
  if (reasons.length > 0) return { ruling: 'refused', reasons, evidence, ...facts };
  const shownBy = proof ?? { kind: 'none', turned: [], redAt: candidate.baseTree, greenAt: candidate.tree };
  return { ruling: 'accepted', proof: shownBy, evidence, ...facts };
}

async function askLayers(layers: readonly Layer[], first: Case, eyes: Eyes): Promise<Ruling | Broken> {
  let scene = first;
  let reasons: readonly Reason[] = [];
  let proof: Proof | undefined;
  const notes: string[] = [];
  for (const layer of layers) {
    let finding = layer.look(scene);
    while ('ask' in finding) {
      if (scene.seen[finding.ask] !== undefined)
        throw new BugError(`layer ${layer.name} asks for ${finding.ask} again`);
      const look = await eyes.see(finding.ask, scene.seen, { proof, notes });
      if ('ruling' in look) return look;
      if ('reasons' in look) return { seen: scene.seen, reasons: look.reasons, notes };
      scene = { ...scene, seen: look };
      finding = layer.look(scene);
    }
    reasons = [...reasons, ...finding.reasons];
    // A later layer may leave fewer tests of it.
    proof = finding.proof ?? proof;
    notes.push(...(finding.notes ?? []));
    if (reasons.length > 0 && layer.waits !== true) break;
  }
  return {
    seen: scene.seen,
    reasons: reasons.slice(0, 50),
    notes,
    ...(proof === undefined ? {} : { proof }),
  };
}
