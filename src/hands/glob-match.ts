/** A glob taken apart: alternatives, each a list of segments. */
export interface Glob {
  readonly alternatives: readonly (readonly Segment[])[];
  /** No slash in it: it is matched against the last part of a path. */
  readonly nameOnly: boolean;
}
type Segment = '**' | readonly Token[];
type Token = { readonly star: true } | { readonly star: false; readonly fits: (char: string) => boolean };

const maxAlternatives = 100;

/**
 * Reads a glob: `*`, `?`, `[a-z]`, `[!a]`, `{a,b}`, and `**` for any folders. Matching never goes back further than to
 * the last star, so no pattern can hang us. A string says what is wrong with the pattern.
 */
export function parseGlob(pattern: string): Glob | string {
  const clean = pattern.replace(/^(\.\/)+/, '');
  const expanded = expandBraces(clean);
  if (!expanded) return `The pattern has more than ${maxAlternatives} alternatives: write a simpler one.`;
  return {
    alternatives: expanded.map((one) => {
      // What ends in ** means everything below a folder, not the folder.
      const parts = one.endsWith('/**') || one === '**' ? [...one.split('/'), '*'] : one.split('/');
      return parts.map((part) => (part === '**' ? '**' : tokens(part)));
    }),
    nameOnly: !clean.includes('/'),
  };
}

/** Whether a path (no leading slash) matches. */
export function matches(glob: Glob, path: string): boolean {
  const parts = path.split('/');
  const seen = glob.nameOnly ? parts.slice(-1) : parts;
  return glob.alternatives.some((segments) => matchSegments(segments, seen));
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): boolean {
  return greedy(
    segments.length,
    parts.length,
    (s) => segments[s] === '**',
    (s, p) => matchName(segments[s] as readonly Token[], [...(parts[p] as string)]),
  );
}

function matchName(pattern: readonly Token[], name: readonly string[]): boolean {
  return greedy(
    pattern.length,
    name.length,
    (t) => pattern[t]?.star === true,
    (t, c) => {
      const token = pattern[t] as Token;
      return !token.star && token.fits(name[c] as string);
    },
  );
}

/** Wildcard matching that returns to the last star only: at most pattern x text steps. */
function greedy(
  m: number,
  n: number,
  isStar: (i: number) => boolean,
  fits: (i: number, j: number) => boolean,
): boolean {
  let i = 0;
  let j = 0;
  let star = -1;
  let mark = 0;
  while (j < n) {
    if (i < m && isStar(i)) {
      star = i;
      mark = j;
      i += 1;
    } else if (i < m && fits(i, j)) {
      i += 1;
      j += 1;
    } else if (star >= 0) {
      mark += 1;
      i = star + 1;
      j = mark;
    } else {
      return false;
    }
  }
  while (i < m && isStar(i)) i += 1;
  return i === m;
}

function tokens(segment: string): Token[] {
  const found: Token[] = [];
  const chars = [...segment];
  for (let i = 0; i < chars.length; i += 1) {
    const char = chars[i] as string;
    const close = char === '[' ? classEnd(chars, i) : -1;
    if (char === '*') {
      if (!found.at(-1)?.star) found.push({ star: true });
    } else if (char === '?') {
      found.push({ star: false, fits: () => true });
    } else if (close > 0) {
      found.push({ star: false, fits: charClass(chars.slice(i + 1, close)) });
      i = close;
    } else if (char === '\\' && i + 1 < chars.length) {
      i += 1;
      const literal = chars[i];
      found.push({ star: false, fits: (c) => c === literal });
    } else {
      found.push({ star: false, fits: (c) => c === char });
    }
  }
  return found;
}

function classEnd(chars: readonly string[], open: number): number {
  // The first character of a class may be "]" itself: []a] and [!]a].
  const first = chars[open + 1] === '!' || chars[open + 1] === '^' ? open + 2 : open + 1;
  return chars.indexOf(']', first + 1);
}

function charClass(body: readonly string[]): (char: string) => boolean {
  const negated = body[0] === '!' || body[0] === '^';
  const set = negated ? body.slice(1) : body;
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < set.length; i += 1) {
    const low = set[i] as string;
    const high = set[i + 1] === '-' ? set[i + 2] : undefined;
    ranges.push([low, high ?? low]);
    if (high !== undefined) i += 2;
  }
  return (char) => ranges.some(([low, high]) => low <= char && char <= high) !== negated;
}

/** `a{b,c}d` -> `abd`, `acd`; undefined when there would be too many. A brace without a partner stands for itself. */
function expandBraces(pattern: string): string[] | undefined {
  let done: string[] = [];
  let todo = [pattern];
  while (todo.length > 0) {
    if (done.length + todo.length > maxAlternatives) return undefined;
    const one = todo.pop() as string;
    const parts = firstBraces(one);
    if (parts) todo = [...todo, ...parts.options.map((option) => parts.before + option + parts.after)];
    else done = [...done, one];
  }
  return done;
}

function firstBraces(text: string): { before: string; options: string[]; after: string } | undefined {
  for (let open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
    const options: string[] = [];
    let depth = 0;
    let start = open + 1;
    for (let i = open; i < text.length; i += 1) {
      if (text[i] === '{') depth += 1;
      if (text[i] === '}') depth -= 1;
      if ((text[i] === ',' && depth === 1) || depth === 0) {
        options.push(text.slice(start, i));
        start = i + 1;
      }
      if (depth === 0) {
        if (options.length > 1) return { before: text.slice(0, open), options, after: text.slice(i + 1) };
        break;
      }
    }
  }
  return undefined;
}
