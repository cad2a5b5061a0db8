import { isProse } from './lines-of-sources.ts';
import type { Hit, Scanned, Scanner } from './scan.ts';

/** Characters of a line above which nobody reads it. */
const longest = 2_000;

/** Lines that are too long to be read: minified code, code and data in base64. */
export const hiddenCode: Scanner = {
  of: ['source', 'helper', 'test'],
  look({ lines, path, kind }: Scanned): readonly Hit[] {
    if (isProse(path) || (kind !== 'source' && /fixtures?|snap|data/.test(path))) return [];
    return lines.flatMap((text, at) =>
      text.length > longest
        ? [{ kind: 'hidden-code', line: at + 1, says: `This line has ${text.length} characters.` } as const]
        : [],
    );
  },
};
