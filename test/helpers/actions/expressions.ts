import { data, Evaluator, Lexer, Parser, wellKnownFunctions } from '@actions/expressions';

/** Evaluates expressions of GitHub Actions with its own library. */

type Json = string | number | boolean | null | { readonly [key: string]: Json };

/** How the job stands, for `success()` and its like. */
export interface JobStatus {
  failed: boolean;
  cancelled: boolean;
}

const statusFunctions = ['success', 'failure', 'always', 'cancelled'] as const;

/** The value of one expression, without `${{ }}`. */
export function evaluate(text: string, contexts: { readonly [key: string]: Json }, job: JobStatus): Json {
  const functions = new Map(
    statusFunctions.map((name) => {
      const now = {
        success: !job.failed && !job.cancelled,
        failure: job.failed && !job.cancelled,
        always: true,
        cancelled: job.cancelled,
      }[name];
      return [
        name,
        { name, description: '', minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(now) },
      ] as const;
    }),
  );
  const { tokens } = new Lexer(text).lex();
  const infos = [...functions.values(), ...Object.values(wellKnownFunctions)];
  const tree = new Parser(tokens, Object.keys(contexts), infos).parse();
  const known = dataOf(contexts) as data.Dictionary;
  return JSON.parse(
    JSON.stringify(new Evaluator(tree, known, functions as never).evaluate(), data.replacer),
  ) as Json;
}

/** A text with its `${{ }}` filled in. */
export function filledIn(text: string, contexts: { readonly [key: string]: Json }, job: JobStatus): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, inner: string) => {
    const value = evaluate(inner.trim(), contexts, job);
    return value === null ? '' : String(value);
  });
}

/** Whether a step or a job with this `if` runs: one that asks for no status only where all went well. */
export function isWanted(
  condition: unknown,
  contexts: { readonly [key: string]: Json },
  job: JobStatus,
): boolean {
  const text = condition === undefined ? 'success()' : String(condition);
  const inner = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(text)?.[1] ?? text;
  const asks = statusFunctions.some((name) => new RegExp(`\\b${name}\\(`).test(inner));
  return truthy(evaluate(asks ? inner : `success() && (${inner})`, contexts, job));
}

const truthy = (value: Json) => value !== null && value !== false && value !== 0 && value !== '';

function dataOf(value: Json): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  return new data.Dictionary(...Object.entries(value).map(([key, inner]) => ({ key, value: dataOf(inner) })));
}
