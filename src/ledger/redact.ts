import { type Form, formsOf } from './secret-forms.ts';
import { keyPatterns } from './secret-patterns.ts';

/** A stretch of text that must not be written down, and the mark that takes its place. */
interface Span {
  from: number;
  to: number;
  mark: string;
}

const plainMark = '[redacted]';
const shortMark = '[secret]';

/**
 * Makes the function that takes secrets out of a text: the known values (of 8 characters and more) in every form of
 * `formsOf`, then well-known shapes of keys. What it gives is never longer than what it got, so that caps hold, and
 * doing it twice changes nothing.
 */
export function makeRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Map<string, Form>();
  for (const form of secrets.flatMap(formsOf)) {
    // A "secret" that is part of our own mark could never be taken out.
    if (!plainMark.includes(form.text) && !shortMark.includes(form.text)) forms.set(form.text, form);
  }
  const known = [...forms.values()];
  const markOf = (kind: string) => {
    const mark = `[redacted:${kind}]`;
    return known.some(({ text }) => mark.includes(text)) ? plainMark : mark;
  };
  const shapes = keyPatterns.map(({ kind, pattern }) => ({ pattern, mark: markOf(kind) }));
  return (text) => {
    if (text.length < shortMark.length) return text;
    const spans = known.flatMap((form) => spansOf(text, form));
    for (const { pattern, mark } of shapes) {
      for (const match of text.matchAll(pattern)) {
        const to = match.index + match[0].length;
        spans.push({ from: to - (match[1] ?? match[0]).length, to, mark });
      }
    }
    return spans.length === 0 ? text : replaced(text, spans);
  };
}

/** A copy of a JSON value of ours in which every string, and every key, has gone through `redact`. */
export function redactRecord(record: object, redact: (text: string) => string): Record<string, unknown> {
  return redactValue(JSON.parse(JSON.stringify(record)), redact) as Record<string, unknown>;
}

function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => redactValue(one, redact));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [redact(key), redactValue(one, redact)]),
  );
}

/** Where this form stands in the text, overlapping ones too. */
function spansOf(text: string, form: Form): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(form.text); at >= 0; at = text.indexOf(form.text, at + 1)) {
    spans.push(widened(text, { from: at, to: at + form.text.length, mark: plainMark }, form));
  }
  return spans;
}

function widened(text: string, { from, to, mark }: Span, form: Form): Span {
  const base64 = /[A-Za-z0-9+/_-]/;
  const left = form.before && base64.test(text.charAt(from - 1)) ? from - 1 : from;
  let right = to;
  if (form.after && base64.test(text.charAt(right))) right += 1;
  while (form.after && right - to < 3 && text[right] === '=') right += 1;
  return { from: left, to: right, mark };
}

/** Spans that touch or overlap become one; its mark is the one of the first, if that fits. */
function replaced(text: string, spans: Span[]): string {
  const apart: Span[] = [];
  for (const span of spans.sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = apart.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else apart.push(span);
  }
  let out = '';
  let end = 0;
  for (const { from, to, mark } of apart) {
    const fitting = [mark, plainMark].find((one) => one.length <= to - from) ?? shortMark;
    out += text.slice(end, from) + fitting;
    end = to;
  }
  return out + text.slice(end);
}
