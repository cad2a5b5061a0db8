import * as z from 'zod';
import type { Confine } from './confine.ts';
import { type Areas, placeOf } from './place.ts';
import { done, failed, makeTool, type Tool } from './tool.ts';
import { replaceContent } from './write.ts';

const text = z.string().max(1_000_000);
const input = z.strictObject({
  path: z.string().min(1).max(4096).describe('Relative to the top of the workspace.'),
  old: text.min(1).describe('Exact text to replace, without line numbers; it must stand in the file once.'),
  new: text.describe('What stands there afterwards.'),
  replace_all: z.boolean().default(false).describe('Replace every place where it stands.'),
});

/** `edit`: replaces an exact piece of a text file. A piece that stands nowhere, or twice, changes nothing. */
export function editTool(areas: Areas, tree: Confine): Tool {
  return makeTool({
    name: 'edit',
    description:
      'Replace an exact piece of a text file. Give enough of the text round it to make it unique, or set replace_all.',
    effect: 'acts',
    input,
    run: async ({ path, old, new: fresh, replace_all }) => {
      const place = placeOf(areas, path);
      if ('refused' in place) return failed(place.refused);
      if (place.area === 'out') return failed('The folder of outputs is only read. Nothing was changed.');
      const file = await tree.change(place.parts, false);
      if ('refused' in file) return failed(`${file.refused} Nothing was changed.`);
      const before = await asText(file.handle);
      const edited =
        before === undefined ? `${file.real} is not UTF-8 text.` : edit(before, old, fresh, replace_all);
      if (typeof edited === 'string') {
        await file.handle.close();
        return failed(`${edited} Nothing was changed in ${file.real}.`);
      }
      const trouble = await replaceContent(file, edited.text);
      if (trouble) return failed(trouble);
      const places = edited.lines.length === 1 ? 'line' : `${edited.lines.length} places, lines`;
      return done(`Changed ${file.real}: ${places} ${listed(edited.lines)}.`);
    },
  });
}

async function asText(handle: { readFile(): Promise<Buffer> }): Promise<string | undefined> {
  const bytes = await handle.readFile();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text with the piece replaced and the lines where it stood, or a sentence that says why not. */
export function edit(
  before: string,
  old: string,
  fresh: string,
  all: boolean,
): { readonly text: string; readonly lines: readonly number[] } | string {
  // A model writes \n; a file that ends its lines with \r\n keeps doing so.
  const crlf = !old.includes('\r') && before.includes('\r\n') && !/[^\r]\n/.test(before);
  const [from, to] = crlf ? [old.replaceAll('\n', '\r\n'), fresh.replaceAll(/\r?\n/g, '\r\n')] : [old, fresh];
  if (from === to) return 'old and new are the same.';
  const pieces = before.split(from);
  const lines = linesOf(pieces, from);
  if (lines.length === 0) return notFound(before, old);
  if (lines.length > 1 && !all) {
    return `old stands ${lines.length} times (lines ${listed(lines)}): give more of the text round it, or set replace_all.`;
  }
  return { text: pieces.join(to), lines };
}

function linesOf(pieces: readonly string[], between: string): number[] {
  const lines: number[] = [];
  let line = 1;
  for (const piece of pieces.slice(0, -1)) {
    line += count(piece);
    lines.push(line);
    line += count(between);
  }
  return lines;
}

function count(text: string): number {
  return text.split('\n').length - 1;
}

function listed(lines: readonly number[]): string {
  return lines.length > 10 ? `${lines.slice(0, 10).join(', ')}, ...` : lines.join(', ');
}

function notFound(before: string, old: string): string {
  const first = old.split('\n').find((line) => line.trim() !== '');
  const near = before.split('\n').findIndex((line) => first !== undefined && line.trim() === first.trim());
  const hint =
    near < 0
      ? ''
      : ` Its first line stands on line ${near + 1}, but the white space or what follows differs.`;
  return `old was not found.${hint} Read the file again and copy the text exactly.`;
}
