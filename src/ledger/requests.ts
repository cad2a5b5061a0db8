import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * The requests of a run, beside its ledger: `requests.json`. Not events of it: a run is delivered from any machine that has
 * its branch, at any time after its end, and a ledger that two of them extend would be torn apart.
 */
export interface KnownRequest {
  /** "github.com/ada/sum". */
  readonly where: string;
  readonly number: number | null;
  readonly url: string | null;
  readonly head: string;
  readonly base: string;
  readonly features: readonly string[];
  /** Commits we have pushed to its branch, or were about to, the oldest first: all that may be moved there by us. */
  readonly pushed: readonly string[];
  /** Rounds of review that were taken, the oldest first. */
  readonly rounds?: readonly ReviewRound[];
  /** ISO instant of the last change. */
  readonly at: string;
}

/** One round of review: what it took up, before its session starts, and whether it was answered. */
export interface ReviewRound {
  readonly feature: string;
  /** Threads by the names the session knows them by: T1, T2, … */
  readonly threads: readonly { readonly name: string; readonly id: string }[];
  /** Reviews whose words as a whole were taken up. */
  readonly reviews: readonly string[];
  readonly answered: boolean;
}

const most = { bytes: 1024 * 1024, pushed: 200 } as const;

/** What was delivered of a run, in the order of its parts. None where nothing was, or the file cannot be read. */
export function readRequests(runDir: string): readonly KnownRequest[] {
  try {
    const file = path.join(runDir, 'requests.json');
    if (fs.statSync(file).size > most.bytes) return [];
    const { requests } = JSON.parse(fs.readFileSync(file, 'utf8')) as { requests?: unknown };
    return Array.isArray(requests) ? (requests as KnownRequest[]) : [];
  } catch {
    return [];
  }
}

/** Writes down one of them, whole or not at all: it takes the place of the one with the same head. */
export function writeRequest(runDir: string, request: KnownRequest): void {
  const cut = { ...request, pushed: request.pushed.slice(-most.pushed) };
  const before = readRequests(runDir);
  const isKnown = before.some(({ head, where }) => head === request.head && where === request.where);
  const all = isKnown
    ? before.map((one) => (one.head === request.head && one.where === request.where ? cut : one))
    : [...before, cut];
  const file = path.join(runDir, 'requests.json');
  fs.writeFileSync(`${file}.part`, `${JSON.stringify({ version: 1, requests: all }, null, 2)}\n`, {
    mode: 0o600,
  });
  fs.renameSync(`${file}.part`, file);
}
