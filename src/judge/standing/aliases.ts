import { posix } from 'node:path';
import { insideOf } from '../meaning/strings.ts';
import { parseJson, steering } from '../merge-manifest.ts';
import { childrenOf, type Program, parse, type SyntaxNode, textOf, visit } from '../syntax.ts';

/** A name that configuration gives to a path: `paths` of TypeScript, `moduleNameMapper` of jest, `alias` of bundlers. */
export interface Alias {
  readonly key: string;
  /** From the top of the tree; `*` and `$1` stand for what the key leaves open. */
  readonly target: string;
  /** What every name under this alias begins with; empty where the key does not tell. */
  readonly word: string;
}

export interface Aliases {
  readonly aliases: readonly Alias[];
  /** Folders in which bare names are looked for, and whether a runner does that or only TypeScript. */
  readonly roots: readonly { readonly folder: string; readonly byRunner: boolean }[];
}

const configs =
  /(^|\/)([jt]sconfig[\w.-]*\.json|(vite|vitest|jest|babel|webpack|rollup|rspack)\.[\w.-]+|package\.json|\.babelrc(\.json)?)$/;
const rootKeys = /^(baseUrl|moduleDirectories|modulePaths|NODE_PATH)$/;

/** Reads them from the configuration of a tree, as far as paths stand there as texts. */
export function aliasesIn(names: readonly string[], text: (name: string) => string): Aliases {
  const aliases: Alias[] = [];
  const roots: { folder: string; byRunner: boolean }[] = [];
  for (const name of names) {
    if (!configs.test(name)) continue;
    const program = programOf(name, text(name));
    if (program === undefined) continue;
    const folder = posix.dirname(name);
    const found = propertiesOf(program);
    const bases = [folder];
    for (const [key, targets] of found) {
      if (!rootKeys.test(key)) continue;
      for (const target of targets.filter((one) => !/(^|\/)node_modules(\/|$)/.test(one))) {
        const root = placed(folder, target);
        roots.push({ folder: root, byRunner: key !== 'baseUrl' });
        if (key === 'baseUrl' && root !== folder) bases.unshift(root);
      }
    }
    for (const [key, targets] of found)
      for (const target of targets)
        if (/[/.]|^<rootDir>/.test(target))
          for (const base of bases) aliases.push({ key, target: placed(base, target), word: wordOf(key) });
  }
  return { aliases, roots: roots.filter(({ folder }) => !folder.startsWith('..')) };
}

/** The path for which a name stands under an alias; undefined: it is none of its names. */
export function pathOf({ key, target }: Alias, specifier: string): string | undefined {
  if (/^\^|\(/.test(key)) {
    const match = execSafely(key, specifier);
    return match === null ? undefined : target.replace(/\$(\d)/g, (_, at: string) => match[Number(at)] ?? '');
  }
  const [before = '', after] = key.split('*');
  if (after !== undefined) {
    const fits =
      specifier.length >= key.length - 1 && specifier.startsWith(before) && specifier.endsWith(after);
    return fits
      ? target.replace('*', specifier.slice(before.length, specifier.length - after.length))
      : undefined;
  }
  if (specifier === key) return target;
  const folder = key.endsWith('/') ? key : `${key}/`;
  return specifier.startsWith(folder) ? posix.join(target, specifier.slice(folder.length)) : undefined;
}

function execSafely(pattern: string, text: string): RegExpExecArray | null {
  try {
    return new RegExp(pattern).exec(text);
  } catch {
    // What is no pattern fits nothing.
    return null;
  }
}

function wordOf(key: string): string {
  return key.replace(/^\^/, '').split(/[(*$\\[]/)[0] ?? '';
}

function placed(folder: string, target: string): string {
  return posix.join(folder, target.replace(/^<rootDir>\/?/, '').replace(/^\//, '')).replace(/\/$/, '');
}

/** JSON, with or without comments, is read as the expression it is. */
function programOf(name: string, text: string): Program | undefined {
  if (posix.basename(name) !== 'package.json')
    return /\.([cm]?[jt]s)$/.test(name) ? parse(name, text) : parse('x.js', `(${text})`);
  const own = Object.entries(parseJson(text) ?? {}).filter(
    ([key]) => steering.includes(key) && key !== 'scripts',
  );
  return own.length === 0 ? undefined : parse('x.js', `(${JSON.stringify(Object.fromEntries(own))})`);
}

/** Keys with the texts that stand for them. */
function propertiesOf(program: Program): readonly (readonly [string, readonly string[]])[] {
  const found: (readonly [string, readonly string[]])[] = [];
  visit(program.top, (node) => {
    if (node.name !== 'Property') return true;
    const [key, , value] = childrenOf(node);
    if (key === undefined || value === undefined) return true;
    const name = textOf(program, key)
      .replace(/^['"`]|['"`]$/g, '')
      .replaceAll('\\\\', '\\');
    if (name === 'replacement') {
      const other = childrenOf(node.parent as SyntaxNode).find(
        (one) => one.name === 'Property' && /^['"]?find\b/.test(textOf(program, one)),
      );
      const find = other === undefined ? undefined : textsIn(program, childrenOf(other)[2])[0];
      if (find !== undefined) found.push([find, textsIn(program, value)]);
    } else if (
      value.name !== 'ObjectExpression' &&
      (/\W/.test(name) || rootKeys.test(name) || isInTable(program, node))
    )
      found.push([name, textsIn(program, value)]);
    return true;
  });
  return found;
}

function isInTable(program: Program, node: SyntaxNode): boolean {
  const key = node.parent?.parent?.firstChild;
  return key != null && /^['"]?(alias|paths|moduleNameMapper|fallback)['"]?$/.test(textOf(program, key));
}

/** Of a list each text; of a call, such as `resolve(__dirname, 'support', 'x')`, all of them as one path. */
function textsIn(program: Program, value: SyntaxNode | undefined): readonly string[] {
  if (value === undefined) return [];
  if (value.name === 'ArrayExpression') return childrenOf(value).flatMap((one) => textsIn(program, one));
  const parts: string[] = [];
  visit(value, (node) => {
    if (node.name === 'String') parts.push(insideOf(program, node));
    if (node.name === 'TemplateString')
      parts.push(
        textOf(program, node)
          .slice(1, -1)
          .replace(/\$\{[^}]*\}/g, ''),
      );
    if (node.name === 'RegExp') parts.push(textOf(program, node).replace(/^\/|\/\w*$/g, ''));
    return node.name !== 'ObjectExpression';
  });
  return parts.length === 0 ? [] : [parts.length === 1 ? (parts[0] ?? '') : posix.join(...parts)];
}
