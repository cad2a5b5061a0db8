import { files } from '../../project/feature.ts';
import { parseFeatureList } from '../../project/feature-list.ts';
import { scriptsOf, scriptsText } from '../../project/scripts-text.ts';
import { initScript } from '../../workspace/prepare-key.ts';
import type { BytePath, Change, Entry, Tree, Trees } from '../../workspace/trees.ts';
import type { BaseSeen } from '../base-seen.ts';
import { fileName, filesIn, type Kind, kindOf } from '../protected.ts';
import { languageOf } from '../syntax.ts';
import { type About, findProtected } from './closure.ts';
import { isText, Shelf } from './loaders.ts';

/** What a base says about the files of a candidate. */
export interface Rules {
  kind(path: BytePath, isLink?: boolean): Kind;
  /** Of a script: init.sh leads to it, and no check does. */
  installs(path: BytePath): boolean;
  /** What checks and init.sh start, as far as it can be read: their commands, scripts and shell files. */
  commands(): Promise<string>;
  /** All files of the base. */
  readonly entries: readonly Entry[];
  /** What the base's programs say. Reading them takes a moment: only for who has a question. */
  about(): Promise<About>;
  /** Test files of the base that were loaded when it was run: tests in them have names. */
  readonly loaded: ReadonlySet<string>;
}

/** Tests that stand in sources: such a file is a source, whoever reports tests of it. */
const inSource = /import\.meta\.vitest|#\[cfg\(test\)\]|#\[test\]|^\s*>>> /m;
const mostTexts = 5_000;
const largestText = 1_000_000;
const mostShellFiles = 20;

/** Reads the rules of a base, as far as they matter for these changes. */
export async function rulesOf(
  trees: Trees,
  base: BaseSeen,
  baseTree: Tree,
  changes: readonly Change[],
): Promise<Rules> {
  const text = async (path: string) => (await trees.read(baseTree, path))?.toString('utf8');
  const manifest = await text('package.json');
  const { checks, protect } = base.definition;
  const lead = (commands: readonly string[]) => commands.map((one) => scriptsText(one, manifest)).join('\n');
  const checked = lead(checks.map(({ command }) => command));
  // What init.sh starts steers as well: it makes the packages that tests load.
  const { preinstall, install, postinstall, prepare } = scriptsOf(manifest);
  const installing = lead([
    (await text(initScript)) ?? '',
    ...[preinstall, install, postinstall, prepare].map((one) => one ?? ''),
  ]);
  const commands = `${checked}\n${installing}`;
  const entries = await trees.list(baseTree);
  const byName = kindOf({ protect, testFiles: new Set(), commands });
  const testFiles = await reportedBy(trees, base, entries, byName);
  const named = kindOf({ protect, testFiles, commands });
  const asked = changes
    .filter(({ path, old }) => old !== null && named(path) === 'source')
    .map(({ path }) => fileName(path));
  let read: Promise<About> | undefined;
  const readAbout = async () => ({
    shelf: await shelfOf(trees, entries),
    kind: named,
    verify: lead(verifyCommands(await text(files.featureList))),
    commands,
  });
  const about = () => (read ??= readAbout());
  const found = asked.length === 0 ? new Map<string, Kind>() : findProtected(asked, await about());
  const checkedFiles = filesIn(checked);
  return {
    kind: kindOf({ protect, testFiles, commands, found }),
    installs: (path) => filesIn(installing).has(fileName(path)) && !checkedFiles.has(fileName(path)),
    commands: () => withShellFiles(trees, entries, commands),
    entries,
    about,
    loaded: new Set(
      base.checks.flatMap((check) =>
        [...(check.tests ?? [])].flatMap(([id, { file }]) => (id === file ? [] : [file])),
      ),
    ),
  };
}

const makefile = /^(GNU)?[Mm]akefile$|^[Jj]ustfile$/;

/** With the texts of the shell files that the commands name, and of a Makefile, one below the other. */
async function withShellFiles(trees: Trees, entries: readonly Entry[], commands: string): Promise<string> {
  const shell = entries.filter(({ path }) => /\.(sh|bash)$/.test(path) || makefile.test(path));
  const taken = new Set<Entry>();
  let all = commands;
  for (;;) {
    const words = new Set(all.split(/[\s;&|()'"`<>=]+/).map((word) => word.replace(/^(\.\/|\$PWD\/)+/, '')));
    const next = shell.find(
      (one) =>
        !taken.has(one) &&
        (words.has(fileName(one.path)) ||
          (makefile.test(one.path) && (words.has('make') || words.has('just')))),
    );
    if (next === undefined || taken.size >= mostShellFiles) return all;
    taken.add(next);
    all += `\n${(await trees.blobs([next.oid])).get(next.oid)?.toString('utf8') ?? ''}`;
  }
}

/** Files that reported tests on the base, but for sources with tests of their own in them. */
async function reportedBy(
  trees: Trees,
  base: BaseSeen,
  entries: readonly Entry[],
  byName: (path: BytePath) => Kind,
): Promise<ReadonlySet<string>> {
  const names = new Set(base.checks.flatMap((check) => [...(check.tests ?? [])].map(([, { file }]) => file)));
  names.delete('');
  const odd = entries.filter(({ path }) => names.has(fileName(path)) && byName(path) === 'source');
  const texts = await trees.blobs(odd.map(({ oid }) => oid));
  for (const { path, oid } of odd) {
    const own = inSource.exec(texts.get(oid)?.toString('utf8') ?? '');
    if (own !== null && (!own[0].includes('>>>') || languageOf(path) === 'python'))
      names.delete(fileName(path));
  }
  return names;
}

async function shelfOf(trees: Trees, entries: readonly Entry[]): Promise<Shelf> {
  const readable = entries
    .filter((entry) => isText(entry) && !entry.path.includes('node_modules/'))
    .slice(0, mostTexts);
  const blobs = await trees.blobs(readable.map(({ oid }) => oid));
  const texts = readable.flatMap(({ path, oid }) => {
    const blob = blobs.get(oid);
    return blob === undefined || blob.length > largestText
      ? []
      : [[fileName(path), blob.toString('utf8')] as const];
  });
  return new Shelf(
    entries.map(({ path }) => fileName(path)),
    new Map(texts),
  );
}

function verifyCommands(list: string | undefined): readonly string[] {
  if (list === undefined) return [];
  try {
    return parseFeatureList(list, files.featureList).features.flatMap(({ verify }) => verify ?? []);
  } catch {
    // A list that cannot be read is told elsewhere; it names no command.
    return [];
  }
}
