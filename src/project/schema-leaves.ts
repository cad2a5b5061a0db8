import * as z from 'zod';

/** One option of a schema: what docs/config.md, the environment names and `config --show-origin` are made from. */
export interface Leaf {
  /** Dotted path, such as limits.maxCost. */
  readonly path: string;
  /** The JSON Schema of its value. */
  readonly schema: JsonSchema;
}

/** The part of JSON Schema that zod writes for us. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

/** The JSON Schema of what a person may write: fields with a default may be left out. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
}

/** Every option of a schema of nested objects, in its order; `$schema` is no option. */
export function leavesOf(schema: z.ZodType): readonly Leaf[] {
  const walk = (node: JsonSchema, path: string): Leaf[] => {
    if (!node.properties) return [{ path, schema: node }];
    return Object.entries(node.properties)
      .filter(([key]) => key !== '$schema')
      .flatMap(([key, child]) => walk(child, path === '' ? key : `${path}.${key}`));
  };
  return walk(jsonSchemaOf(schema), '');
}

/** The keys an object at this path may have; empty where that cannot be told. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let node: JsonSchema | undefined = jsonSchemaOf(schema);
  for (const key of path) {
    const named: JsonSchema | undefined = node?.properties?.[String(key)];
    const other: JsonSchema | boolean | undefined = node?.items ?? node?.additionalProperties;
    node = named ?? (typeof other === 'object' ? other : undefined);
  }
  const forms = [node, ...(node?.anyOf ?? []), ...(node?.oneOf ?? [])];
  return [...new Set(forms.flatMap((form) => Object.keys(form?.properties ?? {})))];
}
