import { posix } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BytePath, Change, Entry } from '../../workspace/trees.ts';
import type { Has } from '../meaning/modules.ts';
import { parseJson } from '../merge-manifest.ts';
import { namesInListed } from '../needs/listed.ts';
import { needsOf } from '../needs/package-json.ts';
import { fileName } from '../protected.ts';
import { languageOf } from '../syntax.ts';
import type { Asked } from './asks.ts';
import { wordOf } from './loaders.ts';
import type { Moves } from './moves.ts';
import { naming, Packages } from './packages.ts';
import type { Rules } from './rules-of-base.ts';
import { shadowsOf } from './shadows.ts';

interface Scene {
  readonly changes: readonly Change[];
  readonly rules: Rules;
  readonly moves: Moves;
  readonly inCandidate: Has;
  allows(path: BytePath): boolean;
  read(entry: { readonly oid: string }): Promise<Buffer>;
}

/** New files that existing tests would load in the place of what they load, and manifests that make them do so. */
export async function askedOfShadows(scene: Scene): Promise<readonly Asked[]> {
  const { changes, rules, moves, inCandidate, allows, read } = scene;
  const manifests = await changedManifests(changes, read);
  const loadable = changes.filter(
    ({ path, old, new: now }) => old === null && now !== null && isLoadable(path, now),
  );
  if (loadable.length === 0 && manifests.size === 0) return [];
  const known = await needsOfBase(rules, read);
  const words = new Set(rules.entries.flatMap(({ path }) => wordsOfPath(fileName(path))));
  const fresh = loadable.filter(({ path }) => {
    const word = wordOf(fileName(path));
    return words.has(word) || known.has(word);
  });
  const changed = [...new Set([...fresh.map(({ path }) => fileName(path)), ...manifests.keys()])];
  if (changed.length === 0) return [];
  const about = await rules.about();
  const text = (name: string) => manifests.get(name) ?? about.shelf.text(name);
  const names = new Set([...about.shelf.textNames.filter(inCandidate), ...manifests.keys()]);
  const packs = new Set<string>();
  for (const { path, new: now } of fresh)
    if (now !== null && path.endsWith('__init__.py') && onlyPacks((await read(now)).toString('utf8')))
      packs.add(fileName(path));
  const renamed = new Map([...moves].map(([from, to]) => [fileName(from), fileName(to)]));
  const shadows = shadowsOf(about, {
    changed,
    inCandidate,
    packages: new Packages([...names], text),
    loaded: rules.loaded,
    needed: known,
    onlyPacks: (file) => packs.has(file),
    moved: (file) => renamed.get(file),
  });
  const paths = new Map(changes.map(({ path }) => [fileName(path), path]));
  return shadows.flatMap(({ file, by, instead }) => {
    const path = paths.get(by);
    if (path === undefined || allows(path)) return [];
    const what = file === by ? '' : `${file} `;
    return [{ code: 'tests.shadowed', path, why: `${what}in the place of ${instead}` } as const];
  });
}

/** Whether a program may load it by a name. */
function isLoadable(path: BytePath, { mode }: Pick<Entry, 'mode'>): boolean {
  return mode === '120000' || languageOf(fileName(path)) !== undefined || /\.(json|vue|svelte)$/.test(path);
}

function onlyPacks(text: string): boolean {
  const plain = text
    .replace(/("""|''').*?\1/gs, '')
    .replace(/\(([^()]*)\)/g, (all) => all.replaceAll('\n', ' '));
  return plain
    .split('\n')
    .every((line) => /^\s*(#.*)?$|^from \.\w+ import [\w\s,()]+$|^__all__\s*=/.test(line));
}

/** Texts of new and edited package.json files that name other files than before. */
async function changedManifests(
  changes: readonly Change[],
  read: Scene['read'],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { path, old, new: now } of changes) {
    if (now === null || now.mode === '120000' || posix.basename(path) !== 'package.json') continue;
    const text = (await read(now)).toString('utf8');
    const before = old === null ? {} : (parseJson((await read(old)).toString('utf8')) ?? {});
    const after = parseJson(text) ?? {};
    const names = (json: typeof after) => [naming.map((key) => json[key]), byPath(json)];
    if (!isDeepStrictEqual(names(before), names(after))) found.set(fileName(path), text);
  }
  return found;
}

function byPath(manifest: Parameters<typeof needsOf>[0]) {
  return [...needsOf(manifest)].filter(([, specs]) => specs.some((spec) => /^\w+:/.test(spec)));
}

/** Names of packages that the manifests at the top of the base need. */
async function needsOfBase({ entries, kind }: Rules, read: Scene['read']): Promise<ReadonlySet<string>> {
  const top = entries.filter(
    ({ path, mode }: Entry) => !path.includes('/') && kind(path) === 'manifest' && mode !== '120000',
  );
  const found = new Set<string>();
  for (const entry of top) {
    const text = (await read(entry)).toString('utf8');
    const own = entry.path === 'package.json' ? [...needsOf(parseJson(text) ?? {}).keys()] : [];
    for (const name of [...own, ...namesInListed(entry.path, text)]) found.add(name);
  }
  return found;
}

/** By these a new file of the same name, with another ending or as a folder, is known. */
function wordsOfPath(path: string): readonly string[] {
  return path.split('/').map((part) => part.replace(/\.\w+$/, ''));
}
