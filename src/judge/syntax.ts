import type { SyntaxNode, Tree } from '@lezer/common';
import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';

/**
 * The one place that reads programs. Trees are concrete (every node has its range in the text) and a text with errors
 * still has one. Names of nodes are those of the grammars `@lezer/javascript` and `@lezer/python`.
 */
export type Language = 'javascript' | 'python';
export type { SyntaxNode } from '@lezer/common';

export interface Program {
  readonly language: Language;
  readonly text: string;
  readonly top: SyntaxNode;
  /** Whether every part of it was understood. */
  readonly whole: boolean;
}

const scripts = /\.([cm]?)([jt])s(x?)$/;

/** The language of a file by its name; undefined: one we do not read. */
export function languageOf(path: string): Language | undefined {
  if (/\.pyi?$/.test(path)) return 'python';
  return scripts.test(path) ? 'javascript' : undefined;
}

/** Reads a program; undefined when its language is none of ours or it is larger than a megabyte. */
export function parse(path: string, text: string): Program | undefined {
  const language = languageOf(path);
  if (language === undefined || text.length > 1_000_000) return undefined;
  const tree = parserFor(path, language).parse(text);
  return { language, text, top: tree.topNode, whole: !hasErrors(tree) };
}

/** The text of a node. */
export function textOf({ text }: Program, { from, to }: Pick<SyntaxNode, 'from' | 'to'>): string {
  return text.slice(from, to);
}

/** The number, from 1, of the line that a position is in. */
export function lineOf({ text }: Program, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** Children of a node, in order. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

/** Every node below this one, outer ones first; `enter` says whether to look inside. */
export function visit(node: SyntaxNode, enter: (node: SyntaxNode) => boolean | undefined): void {
  if (enter(node) === false) return;
  for (const child of childrenOf(node)) visit(child, enter);
}

function parserFor(path: string, language: Language) {
  if (language === 'python') return python;
  const [, , dialect, jsx] = scripts.exec(path) ?? [];
  if (dialect === 't') return javascript.configure({ dialect: jsx === 'x' ? 'ts jsx' : 'ts' });
  return javascript.configure({ dialect: 'jsx' });
}

function hasErrors(tree: Tree): boolean {
  let errors = false;
  tree.iterate({
    enter: ({ type }) => {
      errors ||= type.isError;
    },
  });
  return errors;
}
