import { posix } from 'node:path';
import type { BytePath, Change } from '../../workspace/trees.ts';
import { type BaseSeen, withStatus } from '../base-seen.ts';
import { fileName } from '../protected.ts';
import { languageOf } from '../syntax.ts';
import type { Seen, View } from '../view.ts';

/** Old test files that can feel what the work put round them, as reports name them. */
export interface Reach {
  readonly files: ReadonlySet<string>;
  /** Those of them that it reaches otherwise than by sharing a process. */
  readonly near: ReadonlySet<string>;
  /** New test files may be what reaches them: they share a process. */
  readonly withNew: boolean;
}

/** Configuration that no runner of tests reads. */
const others =
  /(^|\/)(\.?(eslint|prettier|stylelint|biome|jshint|pylint|flake8|ruff|mypy|editorconfig|nvmrc|c8rc|nycrc)[^/]*|CMakeLists\.txt)$|(^|\/)(\.github|\.gitlab|\.circleci|\.husky)\/|\.(md|sh)$/;
/** Helpers that a runner loads by itself for every test. */
const byThemselves =
  /(^|\/)__mocks__\/|(^|\/)(setup[-_.]?(tests?|jest|vitest|mocha)|(tests?|jest|vitest|mocha)[-_]?setup)\.[cm]?[jt]sx?$/i;

/**
 * Which old tests can feel the difference between the tree with the base's rules and the tree as delivered. A grown test
 * file reaches itself; a grown helper, or a new one in the place of an old one, what names it; conftest.py its folder;
 * configuration and what runners load by themselves all of them. `share`: in checks whose test files share one process
 * everything reaches everything, new test files too. That costs whole suites, and so the caller says when.
 */
export async function reachOf(view: View, { base, trees }: Seen, share: boolean): Promise<Reach> {
  if (trees.delivered === trees.judged) return { files: new Set(), near: new Set(), withNew: false };
  const differing = await view.deps.trees.changes(trees.judged, trees.delivered);
  const programs = differing.filter(({ path }) => languageOf(fileName(path)) !== undefined);
  const shared = base.checks.filter(({ tests, isolated }) => tests !== null && !isolated);
  const reached = new Set<string>();
  const names = new Names(view, trees.judged, base);
  for (const change of differing) for (const file of await reachedBy(view, change, names)) reached.add(file);
  const touches = programs.some(({ path }) => ['test', 'helper'].includes(view.kind(path)));
  const beside = share && touches ? shared.flatMap(filesOf).filter((file) => names.old.has(file)) : [];
  return { files: new Set([...reached, ...beside]), near: reached, withNew: shared.length > 0 };
}

async function reachedBy(
  view: View,
  { path, old, new: now }: Change,
  names: Names,
): Promise<Iterable<string>> {
  const name = fileName(path);
  const kind = view.kind(path, now?.mode === '120000');
  if (kind === 'config' || kind === 'manifest') return others.test(name) ? [] : names.old;
  if (kind === 'test' && names.held.has(name)) return [name];
  // A helper that a runner takes for a test file stands among the reported ones by its own name only.
  if (kind === 'test') return names.old.has(name) ? [name, ...(await names.thatName(name, []))] : [];
  if (kind !== 'helper' || languageOf(name) === undefined) return [];
  if (posix.basename(name) === 'conftest.py') return names.below(posix.dirname(name));
  if (byThemselves.test(name)) return names.old;
  return old !== null || (await names.hasTwin(name)) ? names.thatName(name) : [];
}

/** Old test files, and what names what. */
class Names {
  readonly old: ReadonlySet<string>;
  /** Those in which tests have names. */
  readonly held: ReadonlySet<string>;
  readonly #view: View;
  readonly #tree: string;
  #texts: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(view: View, tree: string, base: BaseSeen) {
    this.#view = view;
    this.#tree = tree;
    this.old = heldFiles(base, () => true);
    this.held = heldFiles(base, (id, file) => id !== file);
  }

  below(folder: string): readonly string[] {
    return [...this.old].filter((file) => folder === '.' || file.startsWith(`${folder}/`));
  }

  /** A file or folder of the same name with another ending: a loader may take the one for the other. */
  async hasTwin(name: string): Promise<boolean> {
    const bare = placeOf(name);
    return [...(await this.#read()).keys()].some((other) => other !== name && placeOf(other) === bare);
  }

  /** Old test files that name a helper, directly or through other helpers; `orElse`, if nobody does. */
  async thatName(helper: string, orElse: Iterable<string> = this.old): Promise<Iterable<string>> {
    const texts = await this.#read();
    const seen = new Set<string>([helper]);
    for (const name of seen)
      for (const [file, text] of texts) if (text.includes(wordOf(name))) seen.add(file);
    const found = [...seen].filter((file) => file !== helper && this.old.has(file));
    return found.length === 0 ? orElse : found;
  }

  #read(): Promise<ReadonlyMap<string, string>> {
    this.#texts ??= this.#readAll();
    return this.#texts;
  }

  async #readAll(): Promise<ReadonlyMap<string, string>> {
    const { trees } = this.#view.deps;
    const mine = (path: BytePath) =>
      ['test', 'helper'].includes(this.#view.kind(path)) && languageOf(fileName(path)) !== undefined;
    const entries = (await trees.list(this.#tree)).filter(({ path }) => mine(path));
    const blobs = await trees.blobs(entries.map(({ oid }) => oid));
    return new Map(entries.map(({ path, oid }) => [fileName(path), blobs.get(oid)?.toString('utf8') ?? '']));
  }
}

/** Test files of the base with tests like these that pass there. */
function heldFiles(base: BaseSeen, like: (id: string, file: string) => boolean): ReadonlySet<string> {
  const files = base.checks.flatMap((check) =>
    withStatus(check, 'pass')
      .map((id) => ({ id, file: check.tests?.get(id)?.file ?? '' }))
      .filter(({ id, file }) => file !== '' && like(id, file)),
  );
  return new Set(files.map(({ file }) => file));
}

function filesOf({ tests }: BaseSeen['checks'][number]): readonly string[] {
  return [...(tests ?? new Map<string, { readonly file: string }>())].map(([, { file }]) => file);
}

/** The path without its ending; of an index its folder. */
function placeOf(name: string): string {
  return name.replace(/\.\w+$/, '').replace(/\/(index|__init__)$/, '');
}

/** The word by which others name it. */
function wordOf(name: string): string {
  return posix.basename(placeOf(name));
}
