import { posix } from 'node:path';
import type { Entry } from '../../workspace/trees.ts';
import { importsOf } from '../meaning/imports.ts';
import { fileOfModule, type Has } from '../meaning/modules.ts';
import { insideOf, namesModule } from '../meaning/strings.ts';
import { childrenOf, languageOf, type Program, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';

/** Files of a tree by name, and what they hold. Programs are read once, and only when somebody asks for them. */
export class Shelf {
  readonly names: readonly string[];
  readonly has: Has;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #programs = new Map<string, Program | undefined>();

  constructor(names: readonly string[], texts: ReadonlyMap<string, string>) {
    this.names = names;
    this.#texts = texts;
    const all = new Set(names);
    this.has = (name) => all.has(name);
  }

  text(name: string): string {
    return this.#texts.get(name) ?? '';
  }

  program(name: string): Program | undefined {
    if (!this.#programs.has(name)) this.#programs.set(name, parse(name, this.text(name)));
    return this.#programs.get(name);
  }

  /** Files with text in which a word stands. */
  mentions(word: string): readonly string[] {
    return [...this.#texts].filter(([, text]) => text.includes(word)).map(([name]) => name);
  }

  /** The modules that a program loads, by what their names stand for or as they are written. */
  loads(name: string): ReadonlySet<string> {
    const program = this.program(name);
    const found = new Set<string>();
    if (program === undefined) return found;
    const add = (specifier: string) => {
      const file = fileOfModule(name, specifier, this.has);
      found.add(file?.split(':')[0] ?? specifier);
    };
    visit(program.top, (node) => {
      if (node.name === 'String' && namesModule(program, node)) add(insideOf(program, node));
      if (node.name === 'ImportStatement') addImports(program, node, add);
      return true;
    });
    return found;
  }
}

function addImports(program: Program, node: SyntaxNode, add: (specifier: string) => void): void {
  for (const { module, name } of importsOf(program, node) ?? []) {
    add(module);
    if (/^\w+$/.test(name)) add(`${module}${module.endsWith('.') ? '' : '.'}${name}`);
  }
}

/** Reads the texts of a tree's programs, configuration and small data files. */
export function isText({ path, mode }: Pick<Entry, 'path' | 'mode'>): boolean {
  if (mode !== '100644' && mode !== '100755') return false;
  return (
    languageOf(path) !== undefined ||
    /\.(json[c5]?|ya?ml|toml|cfg|ini|sh|vue|svelte|html|\w+rc)$|(^|\/)[^./]+$/.test(path)
  );
}

/** Programs that load a file, as far as their text names it. */
export function loadersOf(shelf: Shelf, file: string): readonly string[] {
  const stem = posix.basename(file).replace(/\.\w+$/, '');
  const word = /^(index|__init__)$/.test(stem) ? posix.basename(posix.dirname(file)) : stem;
  return shelf
    .mentions(word)
    .filter((name) => name !== file && languageOf(name) !== undefined && shelf.loads(name).has(file));
}

/** Texts in a program that stand between quotes. */
export function stringsIn(program: Program): readonly string[] {
  const found: string[] = [];
  visit(program.top, (node) => {
    if (node.name === 'String') found.push(insideOf(program, node));
    if (node.name === 'TemplateString' && childrenOf(node).length === 0)
      found.push(textOf(program, node).slice(1, -1));
    return true;
  });
  return found;
}
