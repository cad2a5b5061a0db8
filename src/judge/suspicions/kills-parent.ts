import { isProse } from './lines-of-sources.ts';
import type { Hit, Scanned, Scanner } from './scan.ts';

/** Signal 0 only asks whether a process is there. */
const byCall =
  /\bprocess\.kill\([\s'"`+]*(?:\$\{)?(?:-?process\.ppid|0\b)(?!\s*,\s*0\s*\))|\bos\.kill(?:pg)?\(\s*(?:os\.getppid\(\)|0\b|os\.getpgrp\(\)|os\.getpgid\(0\))(?!\s*,\s*0\s*\))|syscall\.Kill\(\s*(?:syscall|os)\.Getppid\(\)/;
/** Also inside a text that a shell is given. */
const byShell = /\bkill\s+(?:-(?!0\b)\w+\s+|--\s+)*-?(?:\$PPID\b|\$\{PPID\})|\bpkill\b[^|;]*\s-P\s*\$PPID\b/;

/** Sources that end or signal what started them. */
export const killsParent: Scanner = {
  of: ['source'],
  look({ code, find, path }: Scanned): readonly Hit[] {
    if (isProse(path)) return [];
    return code.flatMap((line, at) =>
      find(byCall, at) !== undefined || byShell.test(line.slice(0, 2_000))
        ? [{ kind: 'kills-parent', line: at + 1, says: 'It signals the process that started it.' } as const]
        : [],
    );
  },
};
