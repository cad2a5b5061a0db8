import type { Entry, Tree } from '../../workspace/trees.ts';
import { mutationsIn } from '../mutants/changed-code.ts';
import { apart, damaged, type Mutation, type MutationKind } from '../mutants/mutation.ts';
import { usedAtLoad } from '../mutants/used-at-load.ts';
import { fileName } from '../protected.ts';
import { languageOf, parse } from '../syntax.ts';
import type { View } from '../view.ts';

const mostFiles = 300;
const mostChars = 200_000;

interface Source {
  readonly entry: Entry;
  readonly text: string;
  readonly whole: boolean;
  readonly all: readonly Mutation[];
}

/** The sources of a candidate, all of them at once to be damaged. */
export class Sources {
  readonly #view: View;
  readonly #sources: readonly Source[];
  /** Names that any source uses while it loads. */
  readonly #loading: ReadonlySet<string>;

  private constructor(view: View, sources: readonly Source[], loading: ReadonlySet<string>) {
    this.#view = view;
    this.#sources = sources;
    this.#loading = loading;
  }

  /** Reads the sources in a tree, those that the work changed first. `tests`: files that hold tests, whatever they are called. */
  static async read(view: View, tree: Tree, tests: ReadonlySet<string>): Promise<Sources> {
    const changed = new Set(view.changes.map(({ path }) => path));
    const programs = (await view.deps.trees.list(tree))
      .filter(({ path, mode }) => mode !== '120000' && mode !== '160000' && languageOf(fileName(path)))
      .filter(({ path }) => view.kind(path) === 'source' && !tests.has(fileName(path)))
      .filter(({ path }) => !/\.(d\.[cm]?ts|pyi)$/.test(path))
      .sort((a, b) => Number(changed.has(b.path)) - Number(changed.has(a.path)))
      .slice(0, mostFiles);
    const blobs = await view.deps.trees.blobs(programs.map(({ oid }) => oid));
    const loading = new Set<string>();
    const sources = programs.flatMap((entry) => {
      const text = blobs.get(entry.oid)?.toString('utf8') ?? '';
      const program = text.length > mostChars ? undefined : parse(entry.path, text);
      if (program === undefined) return [];
      for (const name of usedAtLoad(program)) loading.add(name);
      return [{ entry, text, whole: program.whole, all: mutationsIn(program, entry.path) }];
    });
    return new Sources(view, sources, loading);
  }

  /**
   * What differs when everything of these kinds is damaged; none: nothing can be. `careful`: not what has a name that is
   * used while a module loads, so that more of them load.
   */
  async damage(kinds: readonly MutationKind[], careful: boolean): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for (const { entry, text, whole, all } of this.#sources) {
      const wanted = all.filter(
        ({ kind, owners }) =>
          kinds.includes(kind) && !(careful && owners.some((name) => this.#loading.has(name))),
      );
      const worse = damaged(text, apart(wanted));
      if (worse === text || parse(entry.path, worse)?.whole !== whole) continue;
      entries.push({ ...entry, oid: await this.#view.deps.trees.write(worse) });
    }
    return entries;
  }
}
