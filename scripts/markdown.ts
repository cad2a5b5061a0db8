import type { JsonSchema } from '../src/project/schema-leaves.ts';

/** A table of GitHub's Markdown with its columns lined up, so that it can be read as plain text too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|').replace(/\s+/g, ' ')),
  );
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`.replace(
      / +\|$/,
      ' |',
    );
  const [first = [], ...others] = all;
  return [
    line(first),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...others.map(line),
  ].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A description as Markdown: <file> would pass for a tag of HTML. */
export function prose(text = ''): string {
  return text.replaceAll('<', '\\<');
}

/** A JSON Schema in words: `auto` | `none`, whole number, list of text, [Reason](#reason). */
export function typeWords(schema: JsonSchema): string {
  const name = schema.$ref?.split('/').at(-1);
  if (name) return `[${name}](#${name.toLowerCase()})`;
  if (schema.title) return schema.title;
  if (schema.const !== undefined) return code(JSON.stringify(schema.const).replaceAll('"', ''));
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  const forms = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (forms) return [...new Set(forms.map(typeWords))].join(' or ');
  if (schema.type === 'array') return `list of ${typeWords(schema.items ?? {})}`;
  return types[schema.type ?? ''] ?? 'any value';
}

const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'whole number',
  boolean: 'true or false',
  null: 'null',
  object: 'object',
};
