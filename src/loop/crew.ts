import type { Brain } from '../brain/brain.ts';
import type { Config } from '../config.ts';
import type { Judge } from '../judge/judge.ts';
import type { FindSealed } from '../judge/sealed/find.ts';
import type { StopReason } from '../ledger/event.ts';
import type { FindSecrets } from '../policy/find-secrets.ts';
import type { Fence } from '../workspace/fence.ts';
import type { Repository } from '../workspace/repository.ts';
import type { Book } from './book.ts';
import type { Consultants } from './choose-brain.ts';
import type { Copier } from './copier.ts';
import type { DayMeter } from './day-meter.ts';
import type { ListReader } from './list.ts';
import type { Pauser } from './pauser.ts';
import type { SignalSource } from './signals.ts';
import type { Watcher } from './watcher.ts';

/** Everyone the loop works with, passed in and never reached for. */
export interface Crew extends Pauser {
  readonly run: string;
  /** `<state dir>/runs/<run>`. */
  readonly runDir: string;
  readonly book: Book;
  readonly repo: Repository;
  readonly fence: Fence;
  readonly brain: Brain;
  /** Who gets one session on a feature that was blocked; in `init`, where the initializer gave no answer. */
  readonly fallback?: Brain;
  /** Who is asked beside the sessions. */
  readonly consultants: Consultants;
  readonly judge: Judge;
  /** Tests that no brain has seen, by feature. */
  readonly sealed: FindSealed;
  /** Where copies of the run are pushed, if anywhere. */
  readonly copier?: Copier;
  readonly config: Config;
  readonly lists: ListReader;
  readonly watcher: Watcher;
  readonly signals: SignalSource;
  /** Who the commits are by. */
  readonly identity: { readonly name: string; readonly email: string };
  /** Replaces every known secret in a text. */
  readonly redact: (text: string) => string;
  /** Secrets in what is about to be committed. */
  readonly findSecrets: FindSecrets;
  /** The one table of exit codes, handed down by the command line. */
  readonly exitCode: (reason: StopReason, landed: number) => number;
  /** What was paid today. */
  readonly today: DayMeter;
  now(): number;
}
