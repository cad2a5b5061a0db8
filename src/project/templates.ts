import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BugError } from '../errors.ts';

/** The prose of the program: files of `templates/`, read when they are first needed. */

const read = new Map<string, string>();
let root: string | undefined;

/** The folder of our own package: source and bundle stand at different depths below it. */
export function packageRoot(): string {
  if (root !== undefined) return root;
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'agentloop-cli') break;
    if (dirname(folder) === folder)
      throw new BugError('the package.json of agentloop-cli is not above its code');
    folder = dirname(folder);
  }
  root = folder;
  return folder;
}

/** The text of `templates/<name>`; BugError when it is not shipped. */
export function template(name: string): string {
  const known = read.get(name);
  if (known !== undefined) return known;
  let text: string;
  try {
    text = readFileSync(join(packageRoot(), 'templates', name), 'utf8');
  } catch {
    throw new BugError(`templates/${name} is missing`);
  }
  read.set(name, text);
  return text;
}

/**
 * The text with every `{{name}}` replaced. Values are put in as they are, never searched again. A placeholder on a
 * line of its own whose value is empty goes with its line and the empty line after it.
 * BugError for a placeholder without a value and for a value without a placeholder.
 */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(values));
  const filled = text.replace(
    /^\{\{(\w+)\}\}\n\n?|\{\{(\w+)\}\}/gm,
    (found, alone?: string, within?: string) => {
      const name = alone ?? within ?? '';
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) throw new BugError(`the template asks for {{${name}}}, which nobody gives`);
      unused.delete(name);
      if (alone === undefined) return value;
      return value === '' ? '' : value.trimEnd() + found.slice(found.indexOf('\n'));
    },
  );
  if (unused.size > 0) throw new BugError(`no template asks for ${[...unused].join(', ')}`);
  return filled;
}
