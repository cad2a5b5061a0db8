import { type Kind, kindOf } from '../../judge/protected.ts';

const kind = kindOf({ protect: [], testFiles: new Set(), commands: '' });

/**
 * What a file is by its name alone. It only points readers at files: what counted for the verdict were the rules of the
 * base.
 */
export function kindByName(path: string): Kind {
  return kind(asBytes(path));
}

/** The path as the judge takes it. */
export function asBytes(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}
