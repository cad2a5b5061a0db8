import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { literalOf, moduleOf, type Origins, originsOf } from './origins.ts';
import { argumentsOf } from './patches-tests.ts';
import { type Hit, hitAt, nodesOf, type Scanned, type Scanner } from './scan.ts';
import { isTestLibrary } from './test-libraries.ts';

const kind = 'patches-tests';

/** Builtins whose replacement decides how comparisons and errors come out; `print` and `_` are replaced by honest code. */
const deciding =
  /^(?:AssertionError|BaseException|Exception|isinstance|issubclass|type|len|abs|all|any|sum|min|max|round|sorted|hasattr|getattr|setattr|bool|int|float|str|list|dict|set|tuple|range|zip|map|filter|iter|next|id|hash|repr|eval|exec|compile|__import__|object|super|callable)$/;

/** Python sources that change what tests are made with. */
export const patchesTestsPython: Scanner = {
  of: ['source'],
  look({ program }: Scanned): readonly Hit[] {
    if (program?.language !== 'python') return [];
    const origins = originsOf(program);
    const assigned = nodesOf(program, 'AssignStatement', 'UpdateStatement', 'DeleteStatement').flatMap(
      (node) => {
        const children = childrenOf(node);
        const end = children.findIndex(({ name }) => name === 'AssignOp' || name === 'UpdateOp');
        return (end < 0 ? children : children.slice(0, end)).flatMap((target) => {
          const words = patched(program, target, origins);
          return words === undefined ? [] : [hitAt(program, node, kind, words)];
        });
      },
    );
    const called = nodesOf(program, 'CallExpression').flatMap((node) => {
      const words = byCall(program, node, origins);
      return words === undefined ? [] : [hitAt(program, node, kind, words)];
    });
    return [...assigned, ...called];
  },
};

function patched(program: Program, target: SyntaxNode, origins: Origins): string | undefined {
  if (target.name !== 'MemberExpression') return undefined;
  const text = textOf(program, target).replace(/\s+/g, '');
  if (text.endsWith('.__code__')) return `${text.slice(0, 80)} is replaced here: another function's body.`;
  if (/\.f_(?:globals|builtins)\[/.test(text)) return 'Names of whoever called are changed here.';
  const module = moduleOf(program, target, origins) ?? '';
  const [, replaced] = /^sys\.modules\[f?['"]([\w.]+)['"]\]$/.exec(text) ?? [];
  if (replaced !== undefined) {
    const decides = isTestLibrary(replaced) || /^(?:builtins|pkgutil|importlib|sys)$/.test(replaced);
    return decides ? `sys.modules["${replaced}"] is replaced here.` : undefined;
  }
  if (isTestLibrary(module)) return `${text.slice(0, 80)} is changed here.`;
  const name = text.split('.').at(-1) ?? '';
  const [, keyed] = /\[['"](\w+)['"]\]$/.exec(text) ?? [];
  const isBuiltin = module === 'builtins' || /^__builtins__\b/.test(text);
  return isBuiltin && deciding.test(keyed ?? name)
    ? `The builtin ${keyed ?? name} is replaced here.`
    : undefined;
}

function byCall(program: Program, node: SyntaxNode, origins: Origins): string | undefined {
  const [callee, list] = childrenOf(node);
  if (callee === undefined || list?.name !== 'ArgList') return undefined;
  const [target, name] = argumentsOf(list);
  const called = textOf(program, callee);
  if (target === undefined || !/^(?:setattr|delattr|.*\.setattr|.*patch\.object)$/.test(called))
    return undefined;
  const module = moduleOf(program, target, origins) ?? '';
  const what = literalOf(program, name) ?? '';
  if (what === '__code__') return "Another function's body is replaced here.";
  if (isTestLibrary(module)) return `${textOf(program, target).slice(0, 60)}.${what} is changed here.`;
  return module === 'builtins' && deciding.test(what) ? `The builtin ${what} is replaced here.` : undefined;
}
