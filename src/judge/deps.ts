import type { Check, Config } from '../config.ts';
import type { FindSecrets } from '../policy/find-secrets.ts';
import type { Checkout } from '../workspace/checkout.ts';
import type { Prepared, PrepareFailed } from '../workspace/prepare.ts';
import type { Tree, Trees } from '../workspace/trees.ts';
import type { FenceMode } from '../workspace/workspace.ts';
import type { Evaluate } from './opinion.ts';
import type { FindSealed } from './sealed/find.ts';

/** What the judge works with, passed in and never reached for. */
export interface JudgeDeps {
  readonly trees: Trees;
  /** A checkout that no brain has touched, with what init.sh made in it. One at a time; it is disposed after use. */
  checkout(prepared: Prepared): Promise<Checkout>;
  prepare(tree: Tree, settings: Config['prepare'], signal: AbortSignal): Promise<Prepared | PrepareFailed>;
  /** Checks a person gave in place of those of the base's configuration. */
  readonly checks?: readonly Check[];
  /** Tests of a feature that no brain has seen. */
  readonly sealed: FindSealed;
  /** Finds secrets in what would be committed; without it only well-known shapes of keys are. */
  readonly findSecrets?: FindSecrets;
  /** Asks the evaluator; without one nobody is asked. */
  readonly evaluate?: Evaluate;
  readonly fence: FenceMode;
  /** Version of agentloop: results of another one are not believed. */
  readonly version: string;
  /** Where evidence and logs of this run stand. Made when missing. */
  readonly evidenceDir: string;
  /** Where results of bases are kept. Made when missing; may be deleted at any time. */
  readonly cacheDir: string;
  /** ms since 1970. */
  now(): number;
}
