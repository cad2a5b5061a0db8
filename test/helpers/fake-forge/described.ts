import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly schema: { readonly enum?: string[] } }[];
  readonly body?: object;
  readonly answers: readonly string[];
}

/** A slice of a forge's own description: the operations that are there, with what they take and what they answer. */
export interface Described {
  readonly source: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** Reads the slice that lies beside this file. */
export function described(kind: 'github' | 'gitlab' | 'forgejo'): Described {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${kind}.json`), 'utf8')) as Described;
}

export interface Matched {
  /** "POST /repos/{owner}/{repo}/pulls". */
  readonly operation: string;
  /** Values of the parts in braces, in their order. */
  readonly values: readonly string[];
  readonly wrong: readonly string[];
}

/** Finds the operation of a call and what is wrong with its query and its body; undefined: there is no such operation. */
export function match(
  { operations }: Described,
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
): Matched | undefined {
  for (const [operation, { parameters, body: schema }] of Object.entries(operations)) {
    const [of = '', template = ''] = operation.split(' ');
    const values = of === method ? fits(template, path) : undefined;
    if (values === undefined) continue;
    const wrong = [...query].flatMap(([name, value]) => {
      const known = parameters.find((one) => one.name === name);
      if (known === undefined) return [`unknown query ${name}`];
      return known.schema.enum?.includes(value) === false ? [`${name} is never ${value}`] : [];
    });
    if (schema !== undefined) {
      const read = z.fromJSONSchema(closed(schema) as never).safeParse(body);
      if (!read.success)
        wrong.push(...read.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`));
    } else if (body !== undefined) wrong.push('no body is taken');
    return { operation, values, wrong };
  }
  return undefined;
}

function fits(template: string, path: string): readonly string[] | undefined {
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)');
  const found = new RegExp(`^${pattern}$`).exec(path);
  return found?.slice(1).map(decodeURIComponent);
}

/** What is not described is not taken: forges often drop it without a word, and the caller believes it was heard. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  delete inner['format'];
  return inner['type'] === 'object' ? { ...inner, additionalProperties: false } : inner;
}
