import type { BigIntStats } from 'node:fs';
import { type FileHandle, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LineHash } from './chain.ts';
import * as ofRuns from './fold.ts';
import * as ofBrains from './fold-brain.ts';
import * as ofCosts from './fold-cost.ts';
import * as ofLandings from './fold-landing.ts';
import * as ofPlans from './fold-plan.ts';
import * as ofSessions from './fold-session.ts';
import * as ofWaits from './fold-wait.ts';
import * as ofPlanned from './planned.ts';
import * as ofRepeats from './same-again.ts';
import * as ofStates from './state.ts';
import * as ofWords from './told-later.ts';

/**
 * The state of a run as it was after one of its events, in `state.json` beside its ledger, so that a long ledger need not
 * be read from the top. A cache and nothing more: whatever is odd about it, it is not there. Only who writes the ledger
 * writes it, and it says nothing to `events --check`.
 */

/** Where an event stands in the file of its ledger. */
export interface Mark {
  readonly seq: number;
  /** First byte of its line, and of the line after it. */
  readonly lineAt: number;
  readonly offset: number;
  /** sha256 of its line. */
  readonly hash: string;
}

/** Another form of this file. A change of the fold itself needs none: see `foldPrint`. */
const format = 1;
/** Below this size, in bytes, a ledger is read from the top: that takes no longer, and every line is checked. */
export const longFrom = 1024 * 1024;

interface Header extends Mark {
  readonly format: number;
  readonly run: string;
  readonly print: string;
  /** When the ledger was last written to, in ns since 1970. */
  readonly written: string;
  /** sha256 of the second line, which holds the state. */
  readonly sum: string;
}

/** A state that fits the ledger it was asked for. */
export interface Saved {
  readonly mark: Mark;
  readonly state: ofStates.State;
}

const fileOf = (ledger: string) => join(dirname(ledger), 'state.json');

/**
 * The text of the fold: a state that another version of it made is not believed. So whatever the fold uses is an exported
 * function of one of these files.
 */
function foldPrint(): string {
  const parts = [
    ...[ofRuns, ofSessions, ofLandings, ofCosts, ofBrains, ofWaits, ofPlans, ofPlanned],
    ...[ofRepeats, ofStates, ofWords],
  ];
  return parts.flatMap((part) => Object.values<unknown>(part).map(String)).join('\n');
}

/** Keeps the state after the event at `mark`, whole or not at all. Never fails: without it things only take longer. */
export async function saveState(
  ledger: { readonly file: string; readonly handle: FileHandle },
  mark: Mark,
  state: ofStates.State,
  hash: LineHash,
): Promise<void> {
  const body = JSON.stringify(state, toJson);
  const file = fileOf(ledger.file);
  try {
    const { mtimeNs } = await ledger.handle.stat({ bigint: true });
    const header: Header = {
      format,
      run: state.run,
      print: hash(Buffer.from(foldPrint())),
      ...mark,
      written: String(mtimeNs),
      sum: hash(Buffer.from(body)),
    };
    await writeFile(`${file}.part`, `${JSON.stringify(header)}\n${body}\n`, { mode: 0o600 });
    await rename(`${file}.part`, file);
  } catch {
    await rm(`${file}.part`, { force: true }).catch(() => undefined);
  }
}

/** The saved state, if there is one that this version made, nobody changed, and that fits the bytes of the ledger. */
export async function readSaved(
  file: string,
  handle: FileHandle,
  hash: LineHash,
): Promise<Saved | undefined> {
  const text = await readFile(fileOf(file), 'utf8').catch(() => '');
  const [head = '', body = ''] = text.split('\n', 2);
  const header = headerOf(head);
  if (header === undefined || header.print !== hash(Buffer.from(foldPrint()))) return undefined;
  if (header.sum !== hash(Buffer.from(body))) return undefined;
  if (!(await fits(header, handle, await handle.stat({ bigint: true }), hash))) return undefined;
  const { seq, lineAt, offset, hash: line } = header;
  return { mark: { seq, lineAt, offset, hash: line }, state: JSON.parse(body, fromJson) as ofStates.State };
}

/**
 * How many events a ledger once had, where it now ends before the last of them begins: then no crash has torn it, but
 * somebody or something has cut it. Undefined where nothing says so.
 */
export async function cutSince(file: string, size: number): Promise<number | undefined> {
  const text = await readFile(fileOf(file), 'utf8').catch(() => '');
  const header = headerOf(text.slice(0, text.indexOf('\n') >>> 0));
  return header !== undefined && size < header.lineAt ? header.seq : undefined;
}

function headerOf(line: string): Header | undefined {
  try {
    const header = JSON.parse(line) as Partial<Header> | null;
    const numbers = [header?.seq, header?.lineAt, header?.offset];
    const sane = numbers.every((one) => Number.isSafeInteger(one) && Number(one) >= 0);
    return header?.format === format && sane ? (header as Header) : undefined;
  } catch {
    return undefined;
  }
}

/** Its last line stands where it stood; and a ledger that has not grown since was not touched since either. */
async function fits(
  { lineAt, offset, hash: wanted, written }: Header,
  handle: FileHandle,
  { size, mtimeNs }: Pick<BigIntStats, 'size' | 'mtimeNs'>,
  hash: LineHash,
): Promise<boolean> {
  if (size < offset || offset <= lineAt) return false;
  if (Number(size) === offset && String(mtimeNs) !== written) return false;
  const line = Buffer.alloc(offset - lineAt);
  const { bytesRead } = await handle.read(line, 0, line.length, lineAt);
  return bytesRead === line.length && line.at(-1) === 0x0a && hash(line.subarray(0, -1)) === wanted;
}

/** A map as JSON has it: under a name that no field of a state has. */
const mapKey = '=map';

function toJson(_key: string, value: unknown): unknown {
  return value instanceof Map ? { [mapKey]: [...value] } : value;
}

function fromJson(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(mapKey in value)) return value;
  return new Map(value[mapKey] as [unknown, unknown][]);
}
