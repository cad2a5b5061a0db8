import { readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { codeOf, messageOf, UserError } from '../errors.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** What `init` works from: a specification, or a plan that exists already. */
export type InitSource =
  | { readonly spec: { readonly text: string; readonly file?: string } }
  | { readonly plan: { readonly text: string; readonly file: string } };

/** Largest specification and plan, in bytes: the one goes into a brief whole, the other is taken apart. */
const largest = { spec: 200_000, plan: 1_000_000 };
const how =
  'agentloop init "what you want built"   (or the path of a file, or - for stdin, or --plan <file>)';

/** Reads the specification (its words, a path, or `-` for stdin) or the plan. UserError when there is none, or both. */
export async function initSource(io: Io, spec: string | undefined, flags: Flags): Promise<InitSource> {
  const { plan } = flags;
  if (typeof plan === 'string') {
    if (spec !== undefined)
      throw new UserError('There are both a specification and a plan.', 'Leave one of them out.');
    const file = path.resolve(io.cwd, plan);
    return { plan: { text: await read(file, '--plan', largest.plan), file } };
  }
  if (spec === '-') return { spec: { text: filled(await fromStdin(io), 'stdin') } };
  if (spec === undefined || spec.trim() === '')
    throw new UserError('init does not know yet what you want built.', how);
  const file = path.resolve(io.cwd, spec);
  if (await isFile(file, spec))
    return { spec: { text: await read(file, 'The specification', largest.spec), file } };
  if (looksLikePath(spec)) throw new UserError(`The specification ${file} does not exist.`, how);
  return { spec: { text: spec } };
}

async function isFile(file: string, spec: string): Promise<boolean> {
  // Words may be longer than any path, or hold a NUL: then they are words.
  if (spec.length > 1000 || spec.includes('\n')) return false;
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** One word with a slash or a file's ending is a mistyped path rather than a specification. */
function looksLikePath(spec: string): boolean {
  return !/\s/.test(spec) && (/[/\\]/.test(spec) || /\.(md|markdown|txt|json|rst|adoc)$/i.test(spec));
}

async function read(file: string, what: string, most: number): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > most)
      throw new UserError(`${what} ${file} has ${size} bytes, the limit is ${most}.`, 'Make it smaller.');
    return filled(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (codeOf(error) === 'ENOENT') throw new UserError(`${what} ${file} does not exist.`, how);
    throw new UserError(`${what} ${file} cannot be read: ${messageOf(error)}.`, how);
  }
}

async function fromStdin(io: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of io.stdin) {
    const bytes = Buffer.from(chunk as Buffer | string);
    size += bytes.length;
    if (size > largest.spec) {
      throw new UserError(
        `The specification on stdin has more than ${largest.spec} bytes.`,
        'Make it smaller.',
      );
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function filled(text: string, where: string): string {
  if (text.trim() !== '') return text;
  throw new UserError(`There is nothing in ${where}.`, how);
}
