import { type Program, type SyntaxNode, textOf } from '../syntax.ts';

/** What strings in programs say, and which of them name modules. */

/** The inside of a string, however it is quoted. `kind`: its prefix in Python, and whether it may go over lines. */
export function literal(program: Program, text: string): { readonly kind: string; readonly inside: string } {
  const [, prefix = '', quote = ''] = /^([a-zA-Z]*)("""|'''|"|')/.exec(text) ?? [];
  const inside = text.slice(prefix.length + quote.length, text.length - quote.length);
  if (program.language === 'javascript') return { kind: '', inside: inside.replace(/\\(["'])/g, '$1') };
  const kind = prefix.toLowerCase().replace('u', '');
  const plain = kind.includes('r') ? inside : inside.replace(/\\(["'])/g, '$1');
  return { kind: quote.length === 3 ? `${kind}"""` : kind, inside: plain };
}

const callsWithModules =
  /^(require(\.resolve)?|(vi|jest)\.\w*[mM]ock\w*|(vi|jest)\.(importActual|importMock|requireActual|requireMock)|(t\.)?mock\.module|import\.meta\.resolve|URL|import)$/;

/** Of Python; their string may name something in a module. */
const callsWithNames = /(^|\.)(patch(\.dict|\.multiple)?|setattr|import_module|__import__|importorskip|spy)$/;

/** Whether this string names another file of the program, as an import does. */
export function namesModule(program: Program, node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (/^(ImportDeclaration|ExportDeclaration|DynamicImport)$/.test(parent.name)) return true;
  const call = parent.name === 'ArgList' ? parent.parent : null;
  if (call === null) return false;
  const callee = program.text
    .slice(call.from, parent.from)
    .replace(/^(new\b|@)?\s*/, '')
    .trimEnd();
  return (program.language === 'python' ? callsWithNames : callsWithModules).test(callee);
}

/** What stands between the quotes of a string. */
export function insideOf(program: Program, node: SyntaxNode): string {
  return literal(program, textOf(program, node)).inside;
}
