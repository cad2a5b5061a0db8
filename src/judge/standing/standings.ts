import { posix } from 'node:path';
import type { BytePath, Change, Entry, Tree, Trees } from '../../workspace/trees.ts';
import { fileName } from '../protected.ts';
import { languageOf } from '../syntax.ts';
import { askedOfNeeds } from './asked-of-needs.ts';
import { askedOfShadows } from './asked-of-shadows.ts';
import { type Asked, askedOf } from './asks.ts';
import { whatIgnoresHide } from './ignores.ts';
import { allowedBy } from './moved.ts';
import { findMoves, type Moves } from './moves.ts';
import type { Rules } from './rules-of-base.ts';
import { becomeOf, type Comparing, isRenamed, type Standing } from './standing.ts';

/** The two trees, what differs, and what the base says about its files. */
export interface Sides {
  readonly base: Tree;
  readonly candidate: Tree;
  readonly changes: readonly Change[];
  readonly rules: Rules;
  /** Globs of files that a person allowed work on. */
  readonly allow: readonly string[];
}

export interface Standings {
  readonly standings: readonly Standing[];
  readonly asked: readonly Asked[];
  /** Test files and helpers that were renamed, by their old path. */
  readonly moved: Moves;
  /** Renamed sources as the base has them, under their new names: tests that follow them are red for nothing else. */
  readonly renamedInRed: readonly Entry[];
}

/** How each changed file stands to the base, and what of it a person has to allow. */
export async function standingsOf(trees: Trees, { changes, rules, allow }: Sides): Promise<Standings> {
  const read = async ({ oid }: { readonly oid: string }) =>
    (await trees.blobs([oid])).get(oid) ?? Buffer.alloc(0);
  const names = new Set(rules.entries.map(({ path }) => fileName(path)));
  const after = new Set(names);
  for (const { path, new: now } of changes) after[now === null ? 'delete' : 'add'](fileName(path));
  const all: Omit<Comparing, 'moves'> = {
    read,
    inBase: (name) => names.has(name),
    inCandidate: (name) => after.has(name),
    installs: rules.installs,
  };
  const moves = await withoutFalse(
    { ...all, moves: await findMoves(changes, rules.kind, read) },
    changes,
    rules,
  );
  const allows = allowedBy(allow);
  const standings: Standing[] = [];
  for (const change of changes) {
    const kind = rules.kind(change.path, change.new?.mode === '120000');
    const allowed = kind !== 'source' && kind !== 'harness' && allows(change.path);
    standings.push({ change, kind, allowed, ...(await becomeOf(change, kind, { ...all, moves })) });
  }
  const isTests = (path: BytePath) => rules.kind(path) !== 'source';
  return {
    standings,
    asked: [
      ...standings.flatMap(askedOf),
      ...(await askedOfNeeds(trees, rules, standings, read)),
      ...(await askedOfIgnores(changes, after, allows, read)),
      ...(await askedOfShadows({ changes, rules, moves, inCandidate: all.inCandidate, allows, read })),
    ],
    moved: new Map([...moves].filter(([from]) => isTests(from))),
    renamedInRed: await renamedSources({ ...all, moves }, changes, isTests),
  };
}

/** A test file or helper is renamed only if it says the same under its new name. */
async function withoutFalse(comparing: Comparing, changes: readonly Change[], rules: Rules): Promise<Moves> {
  const kept = new Map(comparing.moves);
  for (const { path, old } of changes) {
    const to = comparing.moves.get(path);
    const now = changes.find((one) => one.path === to)?.new;
    if (old === null || to === undefined || !now || rules.kind(path) === 'source') continue;
    if ((await isRenamed(comparing, { old, now })).is === 'edited') kept.delete(path);
  }
  return kept;
}

async function renamedSources(
  comparing: Comparing,
  changes: readonly Change[],
  isTests: (path: BytePath) => boolean,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const { path, old } of changes) {
    const now = changes.find((one) => one.path === comparing.moves.get(path))?.new;
    // Only a program is loaded by its name; what a command looks for by its name is the work.
    if (old === null || !now || isTests(path) || languageOf(now.path) === undefined) continue;
    // What it imports is found from its new place only in the candidate's version, if that says the same.
    const same =
      posix.dirname(path) !== posix.dirname(now.path) &&
      (await isRenamed(comparing, { old, now })).is === 'same';
    entries.push({ path: now.path, mode: old.mode, oid: same ? now.oid : old.oid });
  }
  return entries;
}

async function askedOfIgnores(
  changes: readonly Change[],
  files: ReadonlySet<string>,
  allows: (path: string) => boolean,
  read: Comparing['read'],
): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const { path, old, new: now } of changes) {
    if (now === null || !/(^|\/)\.git(ignore|attributes)$/.test(path) || allows(path)) continue;
    const before = old === null ? '' : (await read(old)).toString('utf8');
    const why = whatIgnoresHide(fileName(path), before, (await read(now)).toString('utf8'), files);
    if (why !== undefined) asked.push({ code: 'rules.edited', path, why });
  }
  return asked;
}
