import { childrenOf, type Program, type SyntaxNode, textOf } from '../syntax.ts';
import { originsOf } from './imports.ts';
import { literal, namesModule } from './strings.ts';

/** What stands in the place of a part that is compared in another way. */
const hole = '□';
const comments = new Set(['LineComment', 'BlockComment', 'Comment']);
/** Texts whose inside is not to be touched. */
const verbatim = new Set(['JSXAttributeValue', 'RegExp']);
const closing = /^[)\]}>]$/;

export interface CanonOptions {
  /** A part that is left out, for comparing what stands round it. */
  readonly without?: SyntaxNode;
  /** Another name for a module that an import or a call like it names; undefined: it stays as it is written. */
  readonly module?: (specifier: string) => string | undefined;
}

/**
 * A text that is the same for two parts of programs if and only if they mean the same: comments, white space, quotes,
 * semicolons, trailing commas and parentheses without effect make no difference.
 */
export function canon(program: Program, node: SyntaxNode, options: CanonOptions = {}): string {
  if (options.without !== undefined && sameNode(options.without, node)) return hole;
  if (comments.has(node.name)) return '';
  const text = textOf(program, node);
  const { name } = node;
  if (name === 'String') return stringOf(program, node, text, options);
  if (name === 'Number') return text.toLowerCase().replaceAll('_', '');
  if (name === 'JSXText') return jsxText(text);
  if (name === 'ImportStatement' && options.module !== undefined)
    return originsOf(program, node, options.module)
      .map((one) => JSON.stringify(Object.values(one)))
      .sort()
      .join(' ');
  const children = childrenOf(node);
  if (children.length === 0 || verbatim.has(name)) return text;
  if (name === 'TemplateString' || name === 'FormatString')
    return withGaps(program, node, children, options, true);
  const [, inner] = children.filter((child) => !comments.has(child.name));
  if (name === 'ParenthesizedExpression' && inner !== undefined && !textOf(program, inner).includes('?.'))
    return canon(program, inner, options);
  return withGaps(program, node, children, options, false);
}

function withGaps(
  program: Program,
  node: SyntaxNode,
  children: readonly SyntaxNode[],
  options: CanonOptions,
  raw: boolean,
): string {
  const parts: string[] = [];
  let at = node.from;
  const gap = (to: number) => {
    const text = program.text.slice(at, to);
    // What no node covers: letters in templates, else a token without a name, or a line that goes on.
    const kept = raw ? JSON.stringify(text) : text.replace(/\\\r?\n/g, '').trim();
    if (kept !== '' && kept !== '""') parts.push(kept);
  };
  const seen = children.filter((child) => !comments.has(child.name));
  for (const child of children) {
    gap(child.from);
    at = child.to;
    const index = seen.indexOf(child);
    if (index < 0 || isFiller(program, node, seen, index)) continue;
    const one = canon(program, child, options);
    if (one !== '') parts.push(one);
  }
  gap(node.to);
  return `${node.name}(${parts.join(' ')})`;
}

/** Punctuation that people and formatters put or leave out as they like. */
function isFiller(
  program: Program,
  parent: SyntaxNode,
  among: readonly SyntaxNode[],
  index: number,
): boolean {
  const token = among[index] as SyntaxNode;
  if (token.name === ';') return !/^For\w*Spec$/.test(parent.name);
  if (parent.name === 'ObjectType' && token.name === ',') return true;
  if (token.name === ',') {
    const [before, after] = [among[index - 1], among[index + 1]];
    if (after === undefined || !closing.test(after.name)) return false;
    if (before === undefined || before.name === ',' || before.name === '[') return false;
    const commas = among.filter((one) => one.name === ',').length;
    return parent.name !== 'MemberExpression' && (parent.name !== 'TupleExpression' || commas > 1);
  }
  // Brackets round the names of an import, round one parameter of an arrow function.
  if (token.name !== '(' && token.name !== ')') return false;
  if (parent.name === 'ImportStatement') return true;
  return (
    parent.name === 'ParamList' &&
    parent.parent?.name === 'ArrowFunction' &&
    program.language === 'javascript'
  );
}

function stringOf(program: Program, node: SyntaxNode, text: string, { module }: CanonOptions): string {
  const { kind, inside } = literal(program, text);
  const named = module !== undefined && namesModule(program, node) ? module(inside) : undefined;
  if (named !== undefined) return `→${JSON.stringify(named)}`;
  const isKey = node.parent?.name === 'Property' && node.nextSibling?.name === ':';
  if (isKey && program.language === 'javascript' && /^[A-Za-z_$][\w$]*$/.test(inside)) return inside;
  return `${kind}"${inside}"`;
}

function jsxText(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return JSON.stringify(lines.length === 1 ? text : lines.filter((line) => line !== '').join(' '));
}

export function sameNode(one: SyntaxNode, other: SyntaxNode): boolean {
  return one.from === other.from && one.to === other.to && one.name === other.name;
}
