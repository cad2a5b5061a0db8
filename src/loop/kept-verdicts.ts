import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Recorded } from '../ledger/event.ts';
import { readLedger } from '../ledger/read.ts';
import type { Repository } from '../workspace/repository.ts';
import type { RunCommit } from './run-commits.ts';
import { runDirOf } from './run-dir.ts';

/** What this repository keeps of a run beside its branch. In another clone there is nothing. */
export interface KeptVerdicts {
  /** `absent`: the run was not here; else whether its ledger is whole. */
  readonly ledger: 'absent' | 'whole' | 'broken';
  /** What is wrong with the ledger as a whole. */
  readonly trouble?: string;
  /** In which respects ledger and evidence do not say what a commit says of itself; empty: they agree, or are not here. */
  against(commit: RunCommit): readonly string[];
}

/** Reads the ledger of a run, with its chain of hashes, and its evidence; `dir`: where they are, if not in the repository. */
export async function keptVerdicts(
  repo: Repository,
  run: string,
  dir: string = runDirOf(repo, run),
): Promise<KeptVerdicts> {
  const file = join(dir, 'events.jsonl');
  const evidence = (commit: RunCommit) => evidenceAgainst(join(dir, 'evidence'), commit);
  if (!existsSync(file)) return { ledger: 'absent', against: evidence };
  try {
    const { events } = await readLedger(file);
    return { ledger: 'whole', against: (commit) => [...ledgerAgainst(events, commit), ...evidence(commit)] };
  } catch (error) {
    return { ledger: 'broken', trouble: messageOf(error), against: evidence };
  }
}

function ledgerAgainst(
  events: readonly Recorded[],
  { commit, tree, kind, verdict }: RunCommit,
): readonly string[] {
  if (kind === 'hand') return [];
  const landed = events.find((event) => event.type === 'work.landed' && event.commit === commit);
  if (landed?.type !== 'work.landed') return ['the ledger knows of no such landing'];
  const against: string[] = [];
  if (landed.tree !== tree) against.push('the ledger says that another tree landed');
  if (kind === 'harness') return against;
  if (landed.evidence !== verdict) against.push('the ledger names other evidence');
  const ruled = events.some(
    (event) =>
      event.type === 'judge.ruled' &&
      event.ruling === 'accepted' &&
      event.tree === tree &&
      event.evidence === verdict,
  );
  return ruled ? against : [...against, 'the ledger knows of no verdict that accepted this tree'];
}

/** The evidence of a commit is the file whose hash its trailer has. */
function evidenceAgainst(
  folder: string,
  { kind, feature, session, tree, verdict }: RunCommit,
): readonly string[] {
  if (kind !== 'accepted') return [];
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const own = names.filter((name) => name.startsWith(`${feature}-${session}-`) && /^[^.]+\.json$/.test(name));
  if (own.length === 0) return [];
  const texts = own.map((name) => readFileSync(join(folder, name)));
  const text = texts.find((one) => createHash('sha256').update(one).digest('hex') === verdict);
  if (text === undefined) return ['no evidence has the hash of its trailer: it was changed, or is gone'];
  const { ruling, candidate } = JSON.parse(text.toString('utf8')) as {
    readonly ruling?: string;
    readonly candidate?: { readonly tree?: string };
  };
  const against: string[] = [];
  if (ruling !== 'accepted') against.push(`its evidence says "${ruling}"`);
  if (candidate?.tree !== tree) against.push('its evidence is of another tree');
  return against;
}
