import * as z from 'zod';

/** What a model is told of a tool, in the words of the Messages API. */
export interface Spec {
  readonly name: string;
  readonly description: string;
  readonly input_schema: { readonly type: 'object'; readonly [key: string]: unknown };
}

/** What a call came to. `content` is never empty and always bounded. */
export interface Result {
  readonly content: string;
  readonly isError: boolean;
  /** Set when no command can be run at all: nothing the model does can mend it. */
  readonly broken?: string;
}

/** What a call may use beside its input. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** ms until the session is over. */
  readonly msLeft: number;
}

export interface Tool {
  readonly spec: Spec;
  /** `reads`: may run beside other reads. `acts`: runs alone. */
  readonly effect: 'reads' | 'acts';
  run(input: unknown, context: CallContext): Promise<Result>;
}

/** The schema of a tool's input as JSON Schema, always built the same way: a changed byte would break a conversation. */
export function inputSchema(schema: z.ZodType): Spec['input_schema'] {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input' });
  return { ...json, type: 'object' };
}

/** What is wrong with an input, as a sentence a model can act on. */
export function inputProblem(name: string, schema: z.ZodObject, error: z.ZodError): string {
  const problems = error.issues.slice(0, 5).map((issue) => {
    const where = issue.path.length > 0 ? `"${issue.path.join('.')}": ` : '';
    return `${where}${issue.message}`;
  });
  const fields = Object.entries(schema.shape).map(([key, value]) => (isOptional(value) ? `${key}?` : key));
  return `This input does not fit ${name}: ${problems.join('; ')}. It takes {${fields.join(', ')}}. Nothing was done.`;
}

function isOptional(field: unknown): boolean {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault;
}

/** A tool from its parts. An input that does not fit is answered with a sentence and never reaches `run`. */
export function makeTool<S extends z.ZodObject>(parts: {
  readonly name: string;
  readonly description: string;
  readonly effect: Tool['effect'];
  readonly input: S;
  readonly run: (input: z.output<S>, context: CallContext) => Promise<Result>;
}): Tool {
  return {
    spec: { name: parts.name, description: parts.description, input_schema: inputSchema(parts.input) },
    effect: parts.effect,
    run: async (given, context) => {
      const input = parts.input.safeParse(given);
      if (!input.success) return failed(inputProblem(parts.name, parts.input, input.error));
      return await parts.run(input.data, context);
    },
  };
}

export function done(content: string): Result {
  return { content, isError: false };
}

export function failed(content: string): Result {
  return { content, isError: true };
}

/** No command ran, and none will until a person looks: the fence could not be put up. */
export function brokenFence(why: string): Result {
  return { content: `The command was not run: ${why}`, isError: true, broken: why };
}
