import { shellQuote } from '../own-files.ts';
import type { Launch } from './translator.ts';

/** Seconds between two looks into its files. */
const pause = 2;

/** The shell that starts an agent CLI and gives its exit code. `file`: the program, absolute. */
export function shellOf(file: string, { words, look }: Launch): string {
  const program = [file, ...words].map(shellQuote).join(' ');
  if (look === undefined) return `exec ${program}\n`;
  // What it finds goes to stderr: in one pipe with the program, it could end up in the middle of a long line of it.
  return [
    `look() { ${look}; }`,
    `( last=; while sleep ${pause} >/dev/null 2>&1; do now=$(look)`,
    '[ "$now" = "$last" ] || printf "%s\\n" "$now" >&2; last=$now; done ) &',
    'beside=$!',
    // Asked to end, the program ends and this shell goes on to the last look.
    'trap : TERM',
    program,
    'code=$?',
    'kill "$beside" 2>/dev/null',
    'look >&2',
    'exit "$code"',
    '',
  ].join('\n');
}
