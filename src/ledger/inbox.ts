import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { codeOf, messageOf, UserError } from '../errors.ts';

/** What a person wants of a run. `by` is user@host, `at` an ISO instant. */
export type Message = { readonly by: string; readonly at: string } & (
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** `now`: save the work and end; otherwise after the session. */
  | { readonly type: 'stop'; readonly now: boolean }
  /** Words for a feature that waits for a person or is blocked: it is tried again with them. */
  | { readonly type: 'answer'; readonly feature: string; readonly words: string }
  /** Sealed tests of a feature are taken out: the one of this title, this file, or all of them. */
  | { readonly type: 'drop'; readonly feature: string; readonly what?: string }
  /** Words for later briefs, of one feature or of all. */
  | { readonly type: 'note'; readonly feature?: string; readonly words: string }
);

/** A message and the file it stands in; `removeFromInbox` once the ledger has it. */
export interface Received {
  readonly file: string;
  readonly message: Message;
}

/** A file that is no message; it has been moved to the folder `broken` of the inbox. */
export interface BrokenMessage {
  readonly file: string;
  readonly why: string;
}

/** Longest words a person can hand in, in characters. A brief holds no more, and an event neither. */
export const longestWords = 8000;
const largestFile = 65_536;
let written = 0;

/**
 * Puts a message into the inbox of a run: whole or not at all, and on disk when this returns.
 * Gives the path of its file. UserError when its words are empty or too long.
 */
export async function writeToInbox(dir: string, message: Message): Promise<string> {
  const why = whyBroken(message);
  if (why !== undefined)
    throw new UserError(`This cannot be handed to the run: ${why}.`, 'Say it shorter, or in other words.');
  await fs.mkdir(dir, { recursive: true });
  written += 1;
  const order = `${String(Date.parse(message.at)).padStart(15, '0')}-${String(written).padStart(6, '0')}`;
  const file = path.join(dir, `${order}-${process.pid}.json`);
  const handle = await fs.open(`${file}.part`, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(message)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(`${file}.part`, file);
  return file;
}

/** The messages that wait, oldest first, and those that could not be understood. No inbox is an empty one. */
export async function readInbox(dir: string): Promise<{
  readonly messages: readonly Received[];
  readonly broken: readonly BrokenMessage[];
}> {
  const messages: Received[] = [];
  const broken: BrokenMessage[] = [];
  for (const name of (await names(dir)).filter((one) => one.endsWith('.json')).sort()) {
    const file = path.join(dir, name);
    const message = await readMessage(file);
    if (message === undefined) continue;
    if (typeof message !== 'string') messages.push({ file, message });
    else broken.push({ file: await setAside(dir, name), why: message });
  }
  return { messages, broken };
}

/** Features that a message in the inbox answers. Looks, and changes nothing. */
export async function answeredIn(dir: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const name of (await names(dir)).filter((one) => one.endsWith('.json'))) {
    const message = await readMessage(path.join(dir, name));
    if (typeof message === 'object' && message.type === 'answer') found.add(message.feature);
  }
  return found;
}

/** Takes a message out once what it asks for stands in the ledger. No failure when it is gone already. */
export async function removeFromInbox(file: string): Promise<void> {
  await fs.rm(file, { force: true });
}

async function names(dir: string): Promise<string[]> {
  try {
    return await fs.readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The message, or why there is none; undefined when the file has just been taken by another hand. */
async function readMessage(file: string): Promise<Message | string | undefined> {
  let handle: fs.FileHandle;
  try {
    // Neither a link nor a FIFO may make us read, or wait for, something else.
    handle = await fs.open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : `it cannot be opened (${codeOf(error)})`;
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return 'it is no plain file';
    if (stat.size > largestFile) return `it has ${stat.size} bytes, the limit is ${largestFile}`;
    const value: unknown = JSON.parse(await handle.readFile('utf8'));
    return whyBroken(value) ?? (value as Message);
  } catch (error) {
    return `it is not JSON (${messageOf(error)})`;
  } finally {
    await handle.close();
  }
}

function whyBroken(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is not an object';
  const message = value as Record<string, unknown>;
  if (typeof message['by'] !== 'string') return 'it does not say by whom';
  if (typeof message['at'] !== 'string' || Number.isNaN(Date.parse(message['at'])))
    return 'it does not say when';
  switch (message['type']) {
    case 'pause':
    case 'resume':
      return undefined;
    case 'stop':
      return typeof message['now'] === 'boolean' ? undefined : 'now must be true or false';
    case 'answer':
      return typeof message['feature'] === 'string'
        ? badWords(message['words'])
        : 'an answer names its feature';
    case 'drop':
      if (typeof message['feature'] !== 'string') return 'it names no feature';
      return message['what'] === undefined ? undefined : badWords(message['what']);
    case 'note':
      if (message['feature'] !== undefined && typeof message['feature'] !== 'string')
        return 'feature must be an id';
      return badWords(message['words']);
    default:
      return 'its type is none of pause, resume, stop, answer, drop, note';
  }
}

function badWords(words: unknown): string | undefined {
  if (typeof words !== 'string' || words.trim() === '') return 'it has no words';
  return words.length > longestWords
    ? `it has ${words.length} characters, the limit is ${longestWords}`
    : undefined;
}

async function setAside(dir: string, name: string): Promise<string> {
  const folder = path.join(dir, 'broken');
  await fs.mkdir(folder, { recursive: true });
  await fs.rename(path.join(dir, name), path.join(folder, name));
  return path.join(folder, name);
}
