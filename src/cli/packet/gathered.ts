import type { KnownRequest } from '../../ledger/requests.ts';
import type { FileChange } from '../../workspace/commit-changes.ts';

/** What evidence files and git add to the ledger. The packet is made without them too, and says less then. */
export interface Gathered {
  /** What each landed commit changed; those that are in no repository here are missing. */
  readonly commits: ReadonlyMap<string, readonly FileChange[]>;
  /** By sha256 of the evidence. */
  readonly evidence: ReadonlyMap<string, EvidenceFigures>;
  /** What was delivered of it. */
  readonly requests?: readonly KnownRequest[];
}

/** Tests in an evidence file. */
export interface EvidenceFigures {
  /** How many passed on the base, and pass in the tree that landed. */
  readonly before: number;
  readonly after: number;
  readonly added: number;
  /** Names of tests that are no longer there. */
  readonly gone: readonly string[];
}

export const nothingGathered: Gathered = { commits: new Map(), evidence: new Map() };
