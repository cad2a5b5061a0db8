import type { RawTest } from './identity.ts';

/** The run that is asked for a report; paths are those its commands see. */
export interface Asked {
  /** A folder of this one run of this one check. */
  readonly folder: string;
  /** The top of the checkout. */
  readonly top: string;
  /** The command of the check and the package.json scripts it leads to. */
  readonly text: string;
}

/** How a runner is asked: nothing of it changes the command that a person configured. */
export interface Question {
  /** Templates to lay into the private folder, by the name they get there. */
  readonly files?: Readonly<Record<string, string>>;
  /** Words for NODE_OPTIONS; those of all adapters are joined. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One report file of the private folder. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

export interface Report {
  readonly tests: readonly RawTest[];
  /** Whether each test file ran by itself. */
  readonly isolated: boolean;
}

/** A report that is there and cannot be believed. */
export interface BrokenReport {
  readonly broken: string;
}

/**
 * How to learn from one runner which tests ran: ask it for a report, then read the report. `read` is given only files
 * that the adapter owns; it throws for nothing, whatever stands in them.
 */
export interface Adapter {
  readonly name: string;
  ask(run: Asked): Question;
  owns(name: string): boolean;
  read(files: readonly ReportFile[], run: Asked): Report | BrokenReport;
}
