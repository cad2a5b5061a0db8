/** The names of the exit codes; `cli/exit.ts` holds the one table of numbers and meanings. */
export type ExitName = 'usage' | 'cannot-start' | 'bug';

/**
 * Something a person can put right. `message` says what happened and where; `help` says what to do,
 * if possible as the command to type. Printed without a stack trace.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly help: string;
  readonly exit: ExitName;
  constructor(message: string, help: string, exit: ExitName = 'usage') {
    super(message);
    this.help = help;
    this.exit = exit;
  }
}

/** Something only we can put right: a broken promise inside agentloop. Printed with its stack and exit code 1. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system error (ENOENT, EEXIST, ...), or undefined. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
