import type { RawTest } from './identity.ts';

/** The run that is asked for a report; paths are those its commands see. */
export interface Asked {
  /** A folder of this one run of this one check, which its commands can read; inside the fence they cannot write it. */
  readonly folder: string;
  /** Another one, which they can write. */
  readonly out: string;
  /** The top of the checkout. */
  readonly top: string;
  /** The command of the check and the package.json scripts it leads to. */
  readonly text: string;
}

/** How a runner is asked: nothing of it changes the command that a person configured. */
export interface Question {
  /** Templates to lay into the folder, by the name they get there; what lies in `bin/` can be executed. */
  readonly files?: Readonly<Record<string, string>>;
  /** More files, by name, with their text. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Words for NODE_OPTIONS; those of all adapters are joined. */
  readonly nodeOptions?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Programs in `bin/` of the folder are found before those of the same name. */
  readonly programs?: true;
}

/** One report: a file, or what a runner told over one connection. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
  /** Its path in the folder or among the files that were named; undefined when it was named itself. */
  readonly part?: string;
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
 * that the adapter owns; it throws for nothing, whatever stands in them. Undefined: they say that no tests were run.
 */
export interface Adapter {
  readonly name: string;
  ask(run: Asked): Question;
  /** The name of a file it may find in the `out` folder; what else lies there is anybody's. */
  readonly file?: string;
  owns(name: string): boolean;
  read(files: readonly ReportFile[], run: Asked): Report | BrokenReport | undefined;
}
