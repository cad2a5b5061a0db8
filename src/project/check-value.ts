import type * as z from 'zod';
import { UserError } from '../errors.ts';
import { didYouMean } from './did-you-mean.ts';
import { type JsonText, lineOf } from './json-text.ts';
import { keysAt } from './schema-leaves.ts';

/** What is wrong with one value, as a sentence with its place: `features[3] "F004": title: must be one line, not …`. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** A value that fits its schema, or everything that is wrong with it. */
export type Checked<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

const shownProblems = 8;

/** Checks a value someone wrote; never throws for what it holds. */
export function checkValue<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, value, schema, [])) };
}

/** Checks a file someone wrote. UserError with one sentence a problem, each with its line. */
export function checkJson<S extends z.ZodType>(
  schema: S,
  json: JsonText,
  where: string,
  help: string,
): z.output<S> {
  const checked = checkValue(schema, json.value);
  if ('value' in checked) return checked.value;
  throw new UserError(problemList(json, where, checked.problems), help);
}

/** One problem on the line of the file's name, several below each other in the order of the file. */
export function problemList(json: JsonText, where: string, problems: readonly Problem[]): string {
  const lines = problems
    .map((problem) => ({ line: lineOf(json, problem.path), text: problem.text }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, text }) => `line ${line}: ${text}`);
  if (lines.length === 1) return `${where} ${lines[0]}`;
  const more = lines.length > shownProblems ? [`and ${lines.length - shownProblems} more`] : [];
  return [`${where} has ${lines.length} problems:`, ...lines.slice(0, shownProblems), ...more].join('\n  ');
}

/** `features[3] "F004": title`: entries of a list are named by their id or name, too. */
function placeName(path: readonly PropertyKey[], root: unknown): string {
  let name = '';
  let value = root;
  for (const key of path) {
    value =
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
    if (typeof key === 'number') {
      const label = labelOf(value);
      name += label ? `[${key}] ${label}:` : `[${key}]`;
    } else if (name === '') name = String(key);
    else name += name.endsWith(':') ? ` ${String(key)}` : `.${String(key)}`;
  }
  return name.endsWith(':') ? name.slice(0, -1) : name;
}

function labelOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, name } = value as { id?: unknown; name?: unknown };
  const label = id ?? name;
  return typeof label === 'string' && label !== '' ? show(label) : undefined;
}

type Issue = z.core.$ZodIssue;

function problemsOf(
  issue: Issue,
  root: unknown,
  schema: z.ZodType,
  above: readonly PropertyKey[],
): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The form with the fewest complaints is the one that was most likely meant.
    const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0] ?? [];
    return nearest.flatMap((inner) => problemsOf(inner, root, schema, path));
  }
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    root,
  );
  const named = placeName(path, root);
  const words = wordsOf(issue, value, schema, path);
  return words.map((text) => ({
    path: path as (string | number)[],
    text: named ? `${named}: ${text}` : text,
  }));
}

function wordsOf(issue: Issue, value: unknown, schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(key, keysAt(schema, path)));
  const must = requirement(issue);
  if (value === undefined) return [`is missing; it must be ${must}`];
  if (value === '' && issue.code === 'too_small') return ['must not be empty'];
  const counted =
    issue.code === 'too_big' || issue.code === 'too_small' ? countOf(issue.origin, value) : undefined;
  if (counted) return [`must have ${must}, it has ${counted}`];
  return [`must be ${must}, not ${show(value)}`];
}

/** An unknown key, with the known one that was probably meant. */
function unknownKey(key: string, known: readonly string[]): string {
  const meant = didYouMean(key, known);
  if (meant) return `unknown key "${key}"; did you mean "${meant}"?`;
  return known.length > 0 ? `unknown key "${key}"; known are ${known.join(', ')}` : `unknown key "${key}"`;
}

const types: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function requirement(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(show).join(', ')}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unit(issue.origin, Number(issue.maximum))}`;
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unit(issue.origin, Number(issue.minimum))}`;
    default:
      // Our schemas say what a value must be: "a duration such as ...".
      return issue.message;
  }
}

function unit(origin: string, count: number): string {
  if (origin === 'string') return count === 1 ? ' character' : ' characters';
  if (origin === 'array') return count === 1 ? ' entry' : ' entries';
  return '';
}

function countOf(origin: string, value: unknown): string | undefined {
  if (origin === 'array' && Array.isArray(value)) return String(value.length);
  return origin === 'string' && typeof value === 'string' ? String(value.length) : undefined;
}

/** A value in a message: short, on one line. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 56)}…"` : text;
}
