import { childrenOf, type Program, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { isFunction } from './function-node.ts';
import { damagesAt, givenBack, namesFiles } from './javascript-damages.ts';
import { type Damage, damage, type Mutation } from './mutation.ts';
import { usedAtLoad } from './used-at-load.ts';

/** Where the walk is. */
interface Place {
  readonly scope: number;
  readonly owners: readonly string[];
  /** Inside of the arguments of a call whose strings name files or modules. */
  readonly files: boolean;
}

/** Nothing of these is there when the program runs, or it decides whether it loads. */
const leftOut =
  /^(Type.*|.*Type|InterfaceDeclaration|AmbientDeclaration|EnumDeclaration|ImportDeclaration|.*Comment)$/;

/** Everything in a JavaScript program that can be damaged. `typed`: it is TypeScript, and stays plausible there. */
export function mutationsOfJavaScript(program: Program, typed: boolean): readonly Mutation[] {
  const found: Mutation[] = [];
  const loading = usedAtLoad(program);
  const put = ({ scope, owners }: Place, damages: readonly Damage[]) =>
    found.push(...damages.map((one) => ({ ...one, scope, owners })));
  const walk = (node: SyntaxNode, place: Place): void => {
    if (leftOut.test(node.name) || (node.name === 'ExportDeclaration' && node.getChild('from'))) return;
    const names = ownNames(program, node);
    const here = damagesAt(program, node, { typed, inFunction: place.scope >= 0, files: place.files });
    put(
      place,
      here.filter(({ kind }) => kind !== 'stand-in' || !names.some((name) => loading.has(name))),
    );
    const owners = [...place.owners, ...names];
    let inside: Place = { ...place, owners, files: place.files || namesFiles(program, node) };
    if (isFunction(node)) {
      inside = { scope: node.from, owners, files: false };
      put(inside, bodyDamages(program, node, typed));
    }
    for (const child of childrenOf(node)) if (!isKey(node, child)) walk(child, inside);
  };
  walk(program.top, { scope: -1, owners: [], files: false });
  return found;
}

/** What a function gives back without a word for it, and that it does anything at all. */
function bodyDamages(program: Program, node: SyntaxNode, typed: boolean): readonly Damage[] {
  const block = node.getChild('Block');
  if (block === null) return node.name === 'ArrowFunction' ? givenBack(program, node.lastChild, typed) : [];
  if (ownNames(program, node).includes('constructor') || node.getChild('set') || node.getChild('Star'))
    return [];
  const statements = childrenOf(block).filter(({ name }) => !/^[{}]$|Comment/.test(name));
  if (statements.length > 0) return givesBack(block) ? [] : [damage('result', block, '{}', 'does nothing')];
  // An empty function that is handed over is there to ignore something.
  if (node.parent?.name === 'ArgList') return [];
  const value = `{ return '-mutant'${typed ? ' as never' : ''}; }`;
  return [damage('result', block, value, 'gives back a value')];
}

function ownNames(program: Program, node: SyntaxNode): readonly string[] {
  return childrenOf(node)
    .filter(({ name }) => name === 'VariableDefinition' || name === 'PropertyDefinition')
    .map((name) => textOf(program, name));
}

/** The key of a property, which others may go by. */
function isKey(node: SyntaxNode, child: SyntaxNode): boolean {
  return node.name === 'Property' && child.prevSibling === null && /^(String|Number)$/.test(child.name);
}

/** Whether a function gives back anything by itself. */
function givesBack(block: SyntaxNode): boolean {
  let found = false;
  visit(block, (node) => {
    if (isFunction(node)) return false;
    found ||= node.name === 'YieldExpression';
    found ||=
      node.name === 'ReturnStatement' && childrenOf(node).filter(({ name }) => name !== ';').length > 1;
    return !found;
  });
  return found;
}
