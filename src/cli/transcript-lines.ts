import type { TranscriptEntry } from '../ledger/transcript.ts';
import { harmless } from './harmless.ts';
import type { Paint } from './paint.ts';
import { clockWithSeconds } from './words.ts';

/** Lines of one text that are shown: half of them its head, half its tail. `--json` has all. */
const mostLines = 40;
/** Longest line that is shown, in characters. */
const longestLine = 2000;

/** One entry of a transcript as a person reads it: time and kind, then what it holds. */
export function entryLines(entry: TranscriptEntry, paint: Paint): readonly string[] {
  const { seq, ts, type, ...data } = entry;
  const head = `${paint.quiet(`${clockWithSeconds(ts)} ${seq}`)} ${paint.name(harmless(type))}`;
  const spoken = speech(data);
  return [head, ...(spoken ?? fields(data)).map((line) => `  ${line}`)];
}

/** Messages of the API: who says what, which hand is used with what, and what it gave. */
function speech(data: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const message = data['message'] as { content?: unknown } | undefined;
  if (message === undefined || message === null) return undefined;
  const { content } = message;
  if (typeof content === 'string') return block(content);
  return Array.isArray(content) ? content.flatMap(part) : undefined;
}

function part(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return text(value);
  const one = value as Record<string, unknown>;
  switch (one['type']) {
    case 'text':
      return block(String(one['text']));
    case 'thinking':
      return block(`(thinks) ${String(one['thinking'])}`);
    case 'tool_use':
      return [
        `→ ${harmless(String(one['name']))}`,
        ...indented(fields(one['input'] as Record<string, unknown>)),
      ];
    case 'tool_result':
      return ['←', ...indented(text(one['content']))];
    default:
      return fields(one);
  }
}

function fields(data: Readonly<Record<string, unknown>> | null | undefined): readonly string[] {
  return Object.entries(data ?? {}).flatMap(([name, value]) => {
    const lines = text(value);
    const [only = ''] = lines;
    return lines.length <= 1 ? [`${harmless(name)}: ${only}`] : [`${harmless(name)}:`, ...indented(lines)];
  });
}

function text(value: unknown): readonly string[] {
  if (typeof value === 'string') return block(value);
  if (Array.isArray(value) && value.some((one) => typeof one === 'object')) return value.flatMap(part);
  return block(JSON.stringify(value) ?? '');
}

function block(value: string): readonly string[] {
  const lines = harmless(value)
    .trimEnd()
    .split('\n')
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)} […]` : line));
  if (lines.length <= mostLines) return lines;
  const half = mostLines / 2;
  return [
    ...lines.slice(0, half),
    `[… ${lines.length - mostLines} lines left out, --json has them]`,
    ...lines.slice(-half),
  ];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
