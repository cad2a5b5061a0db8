/** How an agent that speaks the Agent Client Protocol is started. */
export interface AcpLaunch {
  /** As ledger and messages call the brain. */
  readonly name: string;
  /** The command as its user knows it: for messages, and for the rules of providers that name a program. */
  readonly shown: string;
  /** Shell that starts it: it speaks the protocol on stdin and stdout. */
  readonly command: string;
  /** Variables it gets beside ours. */
  readonly env: Readonly<Record<string, string>>;
  /** Host paths it must be able to read inside the fence. */
  readonly readOnly: readonly string[];
  /** The model it works with, where that is known: what it spends is priced by it. */
  readonly model?: string;
  /** Chosen over the protocol, before the first words; what an agent does not offer ends the session as `fatal`. */
  readonly choose?: { readonly model?: string; readonly effort?: string };
  /**
   * Beginnings of a last message, as regular expressions, by which it tells a trouble with its provider in words where
   * the protocol has errors for that.
   */
  readonly troubleInWords?: RegExp;
  /**
   * Its conversation stands in its files when it answers, and it does not end with its stdin: it is ended at once, where
   * others have two seconds to leave.
   */
  readonly isKeptAtOnce?: true;
  /**
   * Shell that ends with 0 when the conversation `session` stands in the files of one that answers before, and would lose
   * the rest if it were ended then; afterwards it is ended at once. `since`: when the round began, ISO 8601.
   */
  readonly untilKept?: (session: string, since: string) => string;
}
