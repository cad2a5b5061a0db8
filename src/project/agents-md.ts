import { clip, oneLine } from './plain-text.ts';

/**
 * `AGENTS.md`: the rolling rulebook. What a person wrote is kept to the letter; ours stands between marks:
 * `<!-- agentloop:begin rules -->` and `<!-- agentloop:begin learned -->`, each up to its `end`.
 */

const maxLearnedLines = 60;
const maxLearnedBytes = 4096;
const maxLineBytes = 240;
const maxLinesAtOnce = 5;

/** The text with our block of rules set to `rules` (Markdown); put at its end where there is none yet. */
export function setRules(text: string, rules: string): string {
  return setBlock(text, 'rules', rules.trim());
}

/**
 * The text with what a session learned added to the `## Learned` block: a bullet for each line of `learned`, at most
 * five at once; known ones are not repeated, and the oldest go when 60 lines or 4 kB are full. The same text where
 * there is nothing new.
 */
export function addLearned(text: string, learned: string): string {
  const old = learnedLines(text);
  const known = new Set(old.map(sameness));
  const fresh: string[] = [];
  for (const line of learned.split(/[\r\n\v\f\u0085\u2028\u2029]+/).map(bullet)) {
    const same = sameness(line);
    if (same === '' || known.has(same) || fresh.length === maxLinesAtOnce) continue;
    known.add(same);
    fresh.push(line);
  }
  if (fresh.length === 0) return text;
  const lines = [...old, ...fresh].slice(-maxLearnedLines);
  const body = (): string => `## Learned\n\n${lines.map((line) => `- ${line}`).join('\n')}`;
  while (Buffer.byteLength(body()) > maxLearnedBytes) lines.shift();
  return setBlock(text, 'learned', body());
}

/** The bullets of the `## Learned` block, oldest first. */
export function learnedLines(text: string): readonly string[] {
  const block = findBlock(text, 'learned');
  if (!block) return [];
  const lines = text.slice(block.from, block.to).split(/\r?\n/);
  return lines.filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
}

/** One line of Markdown that cannot end our block or start a heading of its own. */
function bullet(line: string): string {
  const words = oneLine(line)
    .replace(/^(?:[-*•]|\d+[.)])\s+/, '')
    .replaceAll('<!--', '<! --')
    .replaceAll('-->', '-- >');
  return oneLine(clip(words, maxLineBytes, 'head'));
}

function sameness(line: string): string {
  return line
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Where a block stands, its marks included. A mark without its partner is somebody's text and stays as it is. */
function findBlock(text: string, name: string): { from: number; to: number } | undefined {
  const begin = `<!-- agentloop:begin ${name} -->`;
  const end = `<!-- agentloop:end ${name} -->`;
  for (let to = text.indexOf(end); to >= 0; to = text.indexOf(end, to + 1)) {
    const from = text.lastIndexOf(begin, to);
    if (from >= 0) return { from, to: to + end.length };
  }
  return undefined;
}

function setBlock(text: string, name: string, body: string): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const block = `<!-- agentloop:begin ${name} -->\n${body}\n<!-- agentloop:end ${name} -->`.replaceAll(
    '\n',
    end,
  );
  const found = findBlock(text, name);
  if (found) return text.slice(0, found.from) + block + text.slice(found.to);
  const gap = text === '' ? '' : text.endsWith('\n') ? end : end + end;
  return text + gap + block + end;
}
