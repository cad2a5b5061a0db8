import { lineOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { canon } from './canon.ts';
import { type Binding, importsOf, originsOf } from './imports.ts';

/**
 * What became of a file: `same` in meaning; `grown`: everything old is still there, in order, and nothing new changes
 * what it does; else `edited`, with the place where that shows.
 */
export type Relation = { readonly is: 'same' | 'grown' } | { readonly is: 'edited'; readonly why: string };

/** A part of a statement that may grow: the statements of a suite or class, the entries of a table or an export. */
export interface Part {
  readonly node: SyntaxNode;
  readonly of: 'block' | 'class' | 'entries' | 'rows';
}

/** What is particular to a language. */
export interface Grammar {
  statements(program: Program, block: SyntaxNode): readonly SyntaxNode[];
  /** Parts of a statement that may grow, outermost first. */
  parts(program: Program, statement: SyntaxNode): readonly Part[];
  /** The key of an entry; undefined: one that could replace another (a spread, a computed key). */
  keyOf(program: Program, entry: SyntaxNode): string | undefined;
  /** Names that a statement makes where it stands. */
  declares(program: Program, statement: SyntaxNode): readonly string[];
  /** Names that it uses and does not make itself. */
  uses(program: Program, statement: SyntaxNode): ReadonlySet<string>;
  /** Whether new statements may stand beside old ones; the first that may not. */
  intruder(scene: Scene, fresh: readonly SyntaxNode[], part: Part['of']): SyntaxNode | undefined;
}

/** The two versions of one file, and what the names of modules in them stand for. */
export interface Scene {
  readonly grammar: Grammar;
  readonly old: Program;
  readonly now: Program;
  readonly oldModule: (specifier: string) => string | undefined;
  readonly nowModule: (specifier: string) => string | undefined;
}

const same: Relation = { is: 'same' };
const grown: Relation = { is: 'grown' };

/** Compares two versions of a program, which both were understood as a whole. */
export function compareProgramsAsBlocks(scene: Scene): Relation {
  return compareBlocks(scene, scene.old.top, scene.now.top, 'block', true);
}

function compareBlocks(
  scene: Scene,
  oldBlock: SyntaxNode,
  nowBlock: SyntaxNode,
  of: Part['of'],
  top = false,
): Relation {
  const { grammar, old, now } = scene;
  const isImport = (program: Program) => (one: SyntaxNode) => top && importsOf(program, one) !== undefined;
  const olds = grammar.statements(old, oldBlock).filter((one) => !isImport(old)(one));
  const news = grammar.statements(now, nowBlock).filter((one) => !isImport(now)(one));
  const fresh: SyntaxNode[] = [];
  let at = 0;
  let result = same;
  for (const statement of olds) {
    const found = news.findIndex(
      (one, index) => index >= at && compare(scene, statement, one).is !== 'edited',
    );
    if (found < 0) {
      const next = news[at];
      const inside = next === undefined ? undefined : compare(scene, statement, next);
      return inside?.is === 'edited' && inside.why !== '' ? inside : gone(scene, statement, next);
    }
    fresh.push(...news.slice(at, found));
    if (compare(scene, statement, news[found] as SyntaxNode).is === 'grown') result = grown;
    at = found + 1;
  }
  fresh.push(...news.slice(at));
  const taken = new Set(olds.flatMap((one) => [...grammar.uses(old, one), ...grammar.declares(old, one)]));
  if (top) {
    const imports = compareImports(scene, taken);
    if (imports.is === 'edited') return imports;
    if (imports.is === 'grown') result = grown;
  }
  if (fresh.length === 0) return result;
  const shadow = fresh.find((one) => grammar.declares(now, one).some((name) => taken.has(name)));
  const intruder = shadow ?? grammar.intruder(scene, fresh, of);
  return intruder === undefined ? grown : intrudes(now, intruder);
}

/** One statement against another, and their parts where they may grow. */
function compare(scene: Scene, old: SyntaxNode, now: SyntaxNode): Relation {
  const text = (of: 'old' | 'now', node: SyntaxNode, without?: SyntaxNode) =>
    canon(scene[of], node, {
      module: of === 'old' ? scene.oldModule : scene.nowModule,
      ...(without === undefined ? {} : { without }),
    });
  if (text('old', old) === text('now', now)) return same;
  let last: Relation | undefined;
  const others = scene.grammar.parts(scene.now, now);
  for (const [at, part] of scene.grammar.parts(scene.old, old).entries()) {
    const other = others[at];
    if (other === undefined || other.of !== part.of) continue;
    if (text('old', old, part.node) !== text('now', now, other.node)) continue;
    const inside =
      part.of === 'entries' || part.of === 'rows'
        ? compareEntries(scene, part, other)
        : compareBlocks(scene, part.node, other.node, part.of);
    if (inside.is !== 'edited') return inside;
    last = inside;
  }
  return last ?? { is: 'edited', why: '' };
}

/** Entries of a table are appended, or stand between; those with keys may be in any order, and no key comes twice. */
function compareEntries(
  { grammar, old, now, oldModule, nowModule }: Scene,
  part: Part,
  other: Part,
): Relation {
  const olds = grammar.statements(old, part.node).map((one) => canon(old, one, { module: oldModule }));
  const entries = grammar.statements(now, other.node);
  const news = entries.map((one) => canon(now, one, { module: nowModule }));
  const left = new Set(news.keys());
  let at = 0;
  for (const [index, one] of olds.entries()) {
    const found = news.findIndex((entry, position) => position >= at && left.has(position) && entry === one);
    if (found < 0)
      return gone({ old, now }, grammar.statements(old, part.node)[index] as SyntaxNode, undefined);
    left.delete(found);
    if (part.of === 'rows') at = found + 1;
  }
  if (part.of === 'rows') return grown;
  const keys = grammar.statements(old, part.node).map((one) => grammar.keyOf(old, one));
  const bad = [...left].find((index) => {
    const key = grammar.keyOf(now, entries[index] as SyntaxNode);
    return key === undefined || keys.includes(key);
  });
  return bad === undefined ? grown : intrudes(now, entries[bad] as SyntaxNode);
}

/** What was taken from a module is taken from the same one; nothing new takes the place of a name in use. */
function compareImports(scene: Scene, taken: ReadonlySet<string>): Relation {
  const [olds, news] = [bindings(scene, 'old'), bindings(scene, 'now')];
  const key = ({ local, module, name }: Binding) => [local, module, name].join('\n');
  const [had, has] = [olds.map(({ as }) => key(as)), news.map(({ as }) => key(as))];
  const lost = olds[had.findIndex((one) => !has.includes(one))];
  if (lost !== undefined) return gone(scene, lost.at, undefined);
  const added = news.filter(({ as }) => !had.includes(key(as)));
  const bad = added.find(
    ({ as: { local, module, name } }) =>
      local === '' ||
      (name === '*' && local === '*') ||
      (name !== '.' &&
        (taken.has(local) || olds.some(({ as }) => as.local === local)) &&
        !isOwn(local, name, module)),
  );
  if (bad !== undefined) return intrudes(scene.now, bad.at);
  return added.length === 0 ? same : grown;
}

/** `describe` of a runner in the place of its global of that name. */
function isOwn(local: string, name: string, module: string): boolean {
  return local === name && /^(vitest|@jest\/globals|mocha)$/.test(module);
}

function bindings(scene: Scene, of: 'old' | 'now') {
  const program = scene[of];
  const named = of === 'old' ? scene.oldModule : scene.nowModule;
  return scene.grammar
    .statements(program, program.top)
    .flatMap((at) => originsOf(program, at, named).map((as) => ({ at, as })));
}

function gone(
  { old, now }: Pick<Scene, 'old' | 'now'>,
  statement: SyntaxNode,
  instead: SyntaxNode | undefined,
): Relation {
  const where = instead === undefined ? '' : ` (line ${lineOf(now, instead.from)} now)`;
  return {
    is: 'edited',
    why: `line ${lineOf(old, statement.from)}${where}: ${quoted(old, statement)} is not there any more as it was`,
  };
}

function intrudes(now: Program, statement: SyntaxNode): Relation {
  const why = `line ${lineOf(now, statement.from)}: ${quoted(now, statement)} is new and may change what the rest does`;
  return { is: 'edited', why };
}

function quoted(program: Program, node: SyntaxNode): string {
  const [first = ''] = textOf(program, node).split('\n');
  return `"${first.trim().slice(0, 60)}"`;
}
