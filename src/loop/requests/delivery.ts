import type { Forge, Status } from '../../forge/forge.ts';
import type { KnownRequest } from '../../ledger/requests.ts';
import type { Target } from '../../workspace/push-request.ts';
import type { Repository } from '../../workspace/repository.ts';

/** One request as it is to be. */
export interface Wanted {
  readonly head: string;
  readonly tip: string;
  readonly features: readonly string[];
  readonly title: string;
  /** Our part of its body. */
  readonly body: string;
}

/** All of a delivery. The words come from above, what is pushed from below. */
export interface Delivery {
  readonly repo: Repository;
  readonly runDir: string;
  readonly forge: Forge;
  readonly target: Target;
  readonly base: string;
  readonly wanted: readonly Wanted[];
  /** The ref of the evidence, where there is one. */
  readonly evidence?: { readonly ref: string; readonly commit: string };
  /** The one comment of the run; it begins with its marker. */
  readonly comment: {
    readonly marker: string;
    /** Made when all requests are there: it names the others. */
    body(known: readonly KnownRequest[]): string;
  };
  readonly labels: readonly string[];
  readonly status: Status;
  now(): number;
  say(text: string): void;
  /** Asked before anything leaves this machine; what it throws ends the delivery. */
  approve(what: readonly string[]): Promise<void>;
}
