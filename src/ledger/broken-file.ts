import { messageOf, UserError } from '../errors.ts';

// What is said of a ledger or transcript that cannot be used. `agentloop run --new` helps with each: it never reads them.

/** A line that no crash of ours leaves behind: a reason to stop. `what` goes on after "Line 3 of <file> ". */
export function oddLine(file: string, line: number, what: string): UserError {
  return new UserError(
    `Line ${line} of ${file} ${what}.`,
    'The file was left as it is. Keep a copy of it; a fresh run beside it starts with: agentloop run --new',
    'cannot-start',
  );
}

/** A line that is whole but says more than this version can read. `what` tells what is not known. */
export function newerLine(file: string, line: number, what: string): UserError {
  return new UserError(
    `Line ${line} of ${file} was written by a newer agentloop: ${what}.`,
    'The file was left as it is. Update agentloop and try again, or start a fresh run with: agentloop run --new',
    'cannot-start',
  );
}

/** The file cannot be opened or read. */
export function cannotOpen(file: string, error: unknown): UserError {
  return new UserError(
    `${file} cannot be opened: ${messageOf(error)}.`,
    'Mend that (owner, permissions, what stands in its place) and try again.',
    'cannot-start',
  );
}

/** The disk did not take a line. */
export function cannotWrite(file: string, error: unknown): UserError {
  return new UserError(
    `${file} could not be written: ${messageOf(error)}. Nothing more is written to it; what was recorded before is safe.`,
    'Free some space or mend the disk, then go on with: agentloop run',
    'cannot-start',
  );
}

/** How a last line that is not whole is told. */
export function tornWords(bytes: number, lines: number): string {
  return `a torn last line (${bytes} bytes after line ${lines})`;
}

/** A value found in a file, cut to a length that fits into a sentence. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
