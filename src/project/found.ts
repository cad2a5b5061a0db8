import { Check } from '../config.ts';

/** The files of a tree, as far as they are needed to see how it is tested. */
export interface Files {
  /** Paths relative to the top, / between their parts. */
  readonly paths: readonly string[];
  /** Undefined when there is no such file. */
  read(path: string): Promise<string | undefined>;
}

/** What one language needs and offers. */
export interface Found {
  readonly checks: readonly Check[];
  /** Lines of init.sh; empty where nothing is to be installed. */
  readonly install: string;
  /** Folders that are made and should be ignored by git. */
  readonly makes: readonly string[];
  /** For the person: what could not be told. */
  readonly notes: readonly string[];
}

/** A check with the defaults of the config. */
export function check(name: string, command: string, report: string): Check {
  return Check.parse({ name, command, report });
}
