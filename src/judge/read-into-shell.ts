import { randomInt } from 'node:crypto';

/** Where a command may begin, also within quotes, where it is one for another shell. */
const begins = '(?:^|[;&|({!`\'"\\n]|\\b(?:then|do|else|if|while|until)\\s)\\s*';
const sourced = new RegExp(
  `${begins}(?:\\.|source)\\s+["']?(?:\\$PWD/|\\$\\{PWD\\}/|\\./)*([\\w@%+:,./-]+)`,
  'g',
);
const startFiles = /(?:\b(?:BASH_ENV|ENV)=|--(?:rcfile|init-file)[= ])["']?(?:\$PWD\/|\.\/)*([\w@%+:,./-]+)/g;
const reads = new RegExp(`${begins}(?:\\.|source|eval)\\s`);
const endsItself = new RegExp(`${begins}(?:exit|exec|return)\\b`);

/** Files that a text of shell reads into its own shell, with the power of the command itself, as it names them. */
export function filesReadInto(text: string): readonly string[] {
  return [...text.matchAll(sourced), ...text.matchAll(startFiles)].map(([, name]) => name ?? '');
}

/** Whether a text of shell names a file of the repository so; folders it may have changed to are not known. */
export function isReadInto(text: string, file: string): boolean {
  return filesReadInto(text).some((name) => name === file || file.endsWith(`/${name}`));
}

/** A command that tells whether it came to its own end. */
export interface ToItsEnd {
  readonly command: string;
  readonly input: string;
  /** Its exit code, and whether something ended it with 0 before its last word. */
  read(exit: number | null): { readonly exit: number | null; readonly cut: boolean };
}

/**
 * The same command for one that reads other files into its shell: it ends with a number of its own, drawn anew, instead
 * of 0. It comes by the standard input, so that it stands in no command line. Undefined: the command ends itself where
 * it likes, or reads nothing into its shell, and then what it says goes.
 */
export function toItsEnd(command: string): ToItsEnd | undefined {
  if (!reads.test(command) || endsItself.test(command)) return undefined;
  const green = 170 + randomInt(80);
  // Words of the language itself: no function can take their place.
  const end = `case $? in 0) exit ${green} ;; ${green}) exit 1 ;; *) exit $? ;; esac`;
  return {
    command: 'eval "$(cat)"',
    input: `exec < /dev/null\n${command}\n${end}\n`,
    read: (exit) => ({ exit: exit === green ? 0 : exit, cut: exit === 0 }),
  };
}

/** What commands are called that a test of something is made of. */
const usual =
  /^(test|true|false|echo|printf|e?f?grep|diff|cmp|comm|cat|head|tail|wc|sort|uniq|sed|awk|tr|cut|expr|node|npm|npx|pnpm|yarn|bun|deno|python3?|pytest|ruby|go|cargo|make|sh|bash|env|timeout|xargs|find|ls|jq|curl|command|eval|set|cd|git|java|php|perl|\[)$/;
const own = (what: string) => new RegExp(`${begins}${what}`);
const powers: readonly (readonly [RegExp, string])[] = [
  [own('exit\\s+["\']?0+["\']?\\s*($|[;&|)}#\'"\\n])'), 'ends the shell with 0'],
  [/(?:^|[^|\s]|[^|]\|)\s*\bexit\s*($|[;&)}'"])/, 'ends the shell with what came last'],
  [own('exec\\s+[^\\s\\d<>&]'), 'puts another program in the place of the shell'],
  [own('(?:alias|unalias|enable|builtin)\\s'), 'changes what commands mean'],
  [/(?:^|[;&\s])(?:PATH|BASH_ENV|ENV|LD_PRELOAD|PROMPT_COMMAND)\+?=/, 'changes where commands are found'],
];

/**
 * What in a file has power over the shell that reads it, beyond giving it variables and functions: the number of the line
 * and what it does. `before`: the text that was there, which a person has seen. Undefined: nothing.
 */
export function powerOver(
  text: string,
  before: string,
): { readonly line: number; readonly does: string } | undefined {
  const known = new Set(before.split('\n').map((line) => line.trim()));
  for (const [at, whole] of text.split('\n').entries()) {
    const line = whole.replace(/(^|\s)#.*$/, '').trim();
    if (line === '' || known.has(whole.trim())) continue;
    const defined = /(?:^|[;&]\s*)(?:function\s+)?([\w.[-]+)\s*\(\s*\)|^function\s+([\w.-]+)/.exec(line);
    const name = defined?.[1] ?? defined?.[2] ?? '';
    if (usual.test(name)) return { line: at + 1, does: `takes the place of "${name}"` };
    const power = powers.find(([pattern]) => pattern.test(line));
    if (power !== undefined) return { line: at + 1, does: power[1] };
  }
  return undefined;
}
