import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { template } from '../../project/templates.ts';
import type { Adapter, Asked, Question } from './adapter.ts';

/** What a check is run with so that its runners tell their tests. */
export interface Put {
  readonly env: Readonly<Record<string, string>>;
  /** Stands before the command. */
  readonly prefix: string;
}

/** Variables whose values can be joined, with what stands between them. */
const joined: Readonly<Record<string, string>> = { NODE_OPTIONS: ' ', PYTEST_ADDOPTS: ' ', PYTHONPATH: ':' };

/** Lays what the adapters need into their folder (`host`, which the commands see as `run.folder`). */
export async function putQuestions(
  adapters: readonly Pick<Adapter, 'ask'>[],
  run: Asked,
  host: string,
): Promise<Put> {
  const questions = adapters.map((adapter) => adapter.ask(run));
  const files = new Map<string, string>();
  for (const { files: wanted = {}, texts = {} } of questions) {
    for (const [name, from] of Object.entries(wanted)) files.set(name, template(from));
    for (const [name, text] of Object.entries(texts)) files.set(name, text);
  }
  const words = [...new Set(questions.map(nodeOptionsOf))].join(' ').trim();
  if (words !== '') files.set('node-options', words);
  for (const [name, text] of files) {
    const place = join(host, name);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
    if (name.startsWith('bin/')) await chmod(place, 0o755);
  }
  const env = questions.reduce<Put['env']>((all, { env: more = {} }) => joinEnv(all, more), {});
  const programs = questions.some((question) => question.programs === true);
  return {
    env: words === '' ? env : joinEnv({ NODE_OPTIONS: words }, env),
    prefix: programs ? `PATH=${inShell(`${run.folder}/bin`)}:"$PATH"; export PATH; ` : '',
  };
}

/** Both, where what they say can be joined; else the second has the last word. */
export function joinEnv(
  one: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const all: Record<string, string> = { ...one };
  for (const [name, value] of Object.entries(more)) {
    const before = all[name];
    const between = joined[name];
    all[name] = before === undefined || between === undefined ? value : `${before}${between}${value}`;
  }
  return all;
}

function nodeOptionsOf({ nodeOptions = [] }: Question): string {
  return nodeOptions.map(quoted).join(' ');
}

/** NODE_OPTIONS takes double quotes, and a backslash before what they would end at. */
function quoted(word: string): string {
  return /[\s"\\]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word;
}

function inShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
