import { posix } from 'node:path';
import type { Entry } from '../../workspace/trees.ts';
import { importsOf } from '../meaning/imports.ts';
import { fileOfModule, type Has, relativePath } from '../meaning/modules.ts';
import { insideOf, namesModule } from '../meaning/strings.ts';
import { childrenOf, languageOf, type Program, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';
import { firstFile, Packages } from './packages.ts';

/** Files of a tree by name, and what they hold. Programs are read once, and only when somebody asks for them. */
export class Shelf {
  readonly names: readonly string[];
  readonly has: Has;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #programs = new Map<string, Program | undefined>();
  readonly #loads = new Map<string, ReadonlySet<string>>();
  #packages: Packages | undefined;
  #modules: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(names: readonly string[], texts: ReadonlyMap<string, string>) {
    this.names = names;
    this.#texts = texts;
    const all = new Set(names);
    this.has = (name) => all.has(name);
  }

  /** Files whose text is there. */
  get textNames(): readonly string[] {
    return [...this.#texts.keys()];
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
    const known = this.#loads.get(name);
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const specifier of this.specifiers(name)) {
      const file = this.fileOf(name, specifier);
      found.add(file ?? specifier);
      if (file !== undefined && languageOf(name) === 'python')
        for (const one of this.#above(file)) found.add(one);
    }
    this.#loads.set(name, found);
    return found;
  }

  /** The modules that a program loads, as they are written. */
  specifiers(name: string): ReadonlySet<string> {
    const program = this.program(name);
    const found = new Set<string>();
    if (program === undefined) return found;
    const add = (specifier: string) => found.add(specifier);
    visit(program.top, (node) => {
      if (node.name === 'String' && namesModule(program, node)) add(insideOf(program, node));
      if (node.name === 'TemplateString' && childrenOf(node).length === 0 && namesModule(program, node))
        add(textOf(program, node).slice(1, -1));
      if (node.name === 'ImportStatement') addImports(program, node, add);
      if (node.name === 'AssignStatement' && /^pytest_plugins\b/.test(textOf(program, node)))
        for (const one of stringsBelow(program, node)) add(one);
      return true;
    });
    return found;
  }

  /** The file of the tree that a name stands for in a program; undefined: none. */
  fileOf(from: string, specifier: string): string | undefined {
    const plain = fileOfModule(from, specifier, this.has)?.split(':')[0];
    if (languageOf(from) === 'python') return plain ?? this.#pythonFile(specifier);
    const folder = relativePath(from, specifier);
    if (folder === undefined) return firstFile(this.packages.targets(from, specifier), this.has);
    return plain === folder ? plain : (firstFile(this.packages.ofFolder(folder), this.has) ?? plain);
  }

  /** The packages of the tree. */
  get packages(): Packages {
    this.#packages ??= new Packages([...this.#texts.keys()], (name) => this.text(name));
    return this.#packages;
  }

  /** The packages that a module of Python is part of are loaded before it. */
  #above(file: string): readonly string[] {
    const found: string[] = [];
    for (let folder = posix.dirname(file); folder !== '.'; folder = posix.dirname(folder)) {
      const own = posix.join(folder, '__init__.py');
      if (!this.has(own)) break;
      if (own !== file) found.push(own);
    }
    return found;
  }

  /** Any folder that is no package itself may be one in which Python looks. */
  #pythonFile(specifier: string): string | undefined {
    const parts = specifier.split('.');
    this.#modules ??= byModule(this.names);
    for (let count = parts.length; count > 0; count -= 1) {
      const path = parts.slice(0, count).join('/');
      const found = (this.#modules.get(parts[count - 1] ?? '') ?? []).find((name) =>
        [`${path}.py`, `${path}/__init__.py`].some(
          (end) => name.endsWith(`/${end}`) && !this.has(`${name.slice(0, -end.length)}__init__.py`),
        ),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Files of Python by the last part of the name of their module. */
function byModule(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of names.filter((one) => one.endsWith('.py')))
    found.set(wordOf(name), [...(found.get(wordOf(name)) ?? []), name]);
  return found;
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
  const words = [wordOf(file), ...(languageOf(file) === 'python' ? [] : shelf.packages.words(file))];
  const mentions = new Set(words.flatMap((word) => shelf.mentions(word)));
  return [...mentions].filter(
    (name) => name !== file && languageOf(name) !== undefined && shelf.loads(name).has(file),
  );
}

/** The word by which paths name a file. */
export function wordOf(file: string): string {
  const stem = posix.basename(file).replace(/\.\w+$/, '');
  return /^(index|__init__)$/.test(stem) ? posix.basename(posix.dirname(file)) : stem;
}

/** Texts in a program that stand between quotes. */
export function stringsIn(program: Program): readonly string[] {
  return stringsBelow(program, program.top);
}

function stringsBelow(program: Program, top: SyntaxNode): readonly string[] {
  const found: string[] = [];
  visit(top, (node) => {
    if (node.name === 'String') found.push(insideOf(program, node));
    if (node.name === 'TemplateString' && childrenOf(node).length === 0)
      found.push(textOf(program, node).slice(1, -1));
    return true;
  });
  return found;
}
