/** What a change did to the lines of a file. */
export interface ChangedLines {
  /** Numbers, from 1, of lines of the new text that the old one does not have there. */
  readonly lines: ReadonlySet<number>;
  /** Where lines were only taken away: the number of the line they stood before, and their text. */
  readonly taken: readonly { readonly before: number; readonly text: string }[];
}

/** Above this many comparisons everything between the first and the last difference counts as changed. */
const mostCells = 4_000_000;

/** Compares line by line; of all ways to tell the difference one of the shortest. */
export function changedLines(old: string, now: string): ChangedLines {
  const [a, b] = [linesOf(old), linesOf(now)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [left, right] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const lines = new Set<number>();
  const taken: { before: number; text: string }[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...common(left, right), [left.length, right.length] as const]) {
    for (let line = j; line < y; line += 1) lines.add(head + line + 1);
    if (x > i && y === j) {
      const text = left.slice(i, x).map((line) => `${line}\n`);
      taken.push({ before: head + y + 1, text: text.join('') });
    }
    [i, j] = [x + 1, y + 1];
  }
  return { lines, taken };
}

/** Pairs of places that hold the same line, in order: a longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  if (a.length * b.length > mostCells) return [];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const cell = (x: number, y: number) => longest[x * width + y] ?? 0;
  for (let x = a.length - 1; x >= 0; x -= 1) {
    for (let y = b.length - 1; y >= 0; y -= 1) {
      longest[x * width + y] =
        a[x] === b[y] ? cell(x + 1, y + 1) + 1 : Math.max(cell(x + 1, y), cell(x, y + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let x = 0, y = 0; x < a.length && y < b.length; ) {
    if (a[x] === b[y]) pairs.push([x++, y++]);
    else if (cell(x + 1, y) >= cell(x, y + 1)) x += 1;
    else y += 1;
  }
  return pairs;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
