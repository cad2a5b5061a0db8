import { posix } from 'node:path';
import type { Entry, Tree, Trees } from '../../workspace/trees.ts';
import { fileName } from '../protected.ts';

/** Finds the file of a tree that a test file of a report is, or was made from; undefined: none, or it cannot be told. */
export type Origins = (file: string, runner: string) => string | undefined;

const compiled = /\.([cm]?)jsx?$/;

/** Reads what it needs to know of the tree once. */
export async function originsIn(
  trees: Trees,
  tree: Tree,
  files: ReadonlyMap<string, Entry>,
): Promise<Origins> {
  const manifests = async (name: string, word: RegExp) => {
    const found: (readonly [folder: string, says: string])[] = [];
    for (const [path, entry] of files) {
      if (posix.basename(path) !== name || found.length >= 200) continue;
      const says = word.exec((await trees.read(tree, entry.path))?.toString('utf8') ?? '')?.[1];
      if (says !== undefined) found.push([posix.dirname(path), says]);
    }
    return found;
  };
  const modules = await manifests('go.mod', /^module\s+"?([^\s"]+)/m);
  const crates = await manifests('Cargo.toml', /^\s*name\s*=\s*"([^"]+)"/m);
  return (file, runner) => {
    if (runner === 'go-test') return testOfPackage(file, modules, files);
    if (runner === 'cargo-test') return targetOfCrate(file, crates, files);
    return files.has(file) ? file : typedOf(file, files);
  };
}

/** `dist/test/a.test.js` comes from the one TypeScript file whose path ends the same. */
function typedOf(file: string, files: ReadonlyMap<string, unknown>): string | undefined {
  const found = compiled.exec(file);
  if (found === null) return undefined;
  const parts = file.slice(0, found.index).split('/');
  for (let from = 1; from < parts.length; from += 1) {
    const tail = parts.slice(from).join('/');
    const names = [`${tail}.${found[1]}ts`, `${tail}.${found[1]}tsx`];
    const fits = [...files.keys()].filter((one) =>
      names.some((name) => one === name || one.endsWith(`/${name}`)),
    );
    if (fits.length > 0) return fits.length === 1 ? fits[0] : fits.find((one) => names.includes(one));
  }
  return undefined;
}

type Manifests = readonly (readonly [folder: string, says: string])[];

/** go test names packages: any test file in the folder of one will do. */
function testOfPackage(
  name: string,
  modules: Manifests,
  files: ReadonlyMap<string, unknown>,
): string | undefined {
  for (const [folder, module] of modules) {
    if (name !== module && !name.startsWith(`${module}/`)) continue;
    const own = posix.join(folder, name.slice(module.length + 1));
    const tests = [...files.keys()].filter(
      (file) => posix.dirname(file) === own && file.endsWith('_test.go'),
    );
    if (tests.length > 0) return tests.sort()[0];
  }
  return undefined;
}

/** cargo test names crate and target: a file of tests/, the library or the program. */
function targetOfCrate(
  name: string,
  crates: Manifests,
  files: ReadonlyMap<string, unknown>,
): string | undefined {
  const [crate = '', target = ''] = name.split('/');
  const folder = crates.find(([, says]) => says === crate)?.[0];
  if (folder === undefined) return undefined;
  const own = target === crate.replaceAll('-', '_') ? ['src/lib.rs', 'src/main.rs'] : [];
  const all = [`tests/${target}.rs`, `tests/${target}/main.rs`, ...own];
  return all.map((one) => posix.join(folder, one)).find((one) => files.has(one));
}

/** The files of a tree by the names that reports use. */
export async function filesIn(trees: Trees, tree: Tree): Promise<ReadonlyMap<string, Entry>> {
  return new Map((await trees.list(tree)).map((entry) => [fileName(entry.path), entry]));
}
