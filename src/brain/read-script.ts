import { readFile, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { codeOf, messageOf, UserError } from '../errors.ts';
import { checkJson } from '../project/check-value.ts';
import { readJson, textOf } from '../project/json-text.ts';
import { Script, type ScriptStep } from './script-file.ts';

const scriptCap = 5_000_000;
const besideCap = 20_000_000;

/** A script with everything it needs: `from` files are read already, so that a session cannot fail for them. */
export interface ReadScript {
  /** Real path of its folder. */
  readonly folder: string;
  readonly sessions: Script['sessions'];
  /** What each `from` names. */
  readonly beside: ReadonlyMap<string, Buffer>;
}

/** Reads a script and the files it names. A UserError names the file and the place in it that is wrong. */
export async function readScript(file: string, cwd: string): Promise<ReadScript> {
  const full = path.resolve(cwd, file);
  const value = parseScript(await readCapped(full, scriptCap, `The script ${full}`), full);
  const folder = path.dirname(await realpath(full));
  const beside = new Map<string, Buffer>();
  for (const [at, session] of value.sessions.entries()) {
    const rounds: [string, readonly ScriptStep[]][] = [['steps', session.steps]];
    for (const [round, steps] of session.afterRefusal.entries())
      rounds.push([`afterRefusal[${round}]`, steps]);
    for (const [name, steps] of rounds) {
      for (const [number, step] of steps.entries()) {
        const from = step.write?.from;
        if (from === undefined || beside.has(from)) continue;
        const where = `The script ${full}: sessions[${at}].${name}[${number}].write.from: ${from}`;
        beside.set(from, await readBeside(folder, from, where));
      }
    }
  }
  return { folder, sessions: value.sessions, beside };
}

/** The bytes of a script; `file` names it in messages. */
export function parseScript(content: Uint8Array, file: string): Script {
  const where = `The script ${file}`;
  return checkJson(Script, readJson(textOf(content, where), where, scriptCap), where, help);
}

const help = 'docs/brains.md shows what a script looks like; schema/script.schema.json tells an editor.';

async function readBeside(folder: string, from: string, where: string): Promise<Buffer> {
  const full = path.resolve(folder, from);
  const real = await realpath(full).catch(() => full);
  if (path.isAbsolute(from) || path.relative(folder, real).split(path.sep)[0] === '..') {
    throw new UserError(`${where} leads out of the folder of the script.`, help);
  }
  return await readCapped(real, besideCap, where);
}

async function readCapped(file: string, cap: number, where: string): Promise<Buffer> {
  try {
    const info = await stat(file);
    if (!info.isFile()) throw new UserError(`${where} is not a file.`, help);
    if (info.size > cap) throw new UserError(`${where} is larger than ${cap / 1_000_000} MB.`, help);
    return await readFile(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = codeOf(error) === 'ENOENT' ? 'is not there' : `cannot be read: ${messageOf(error)}`;
    throw new UserError(`${where} ${why}.`, help);
  }
}
