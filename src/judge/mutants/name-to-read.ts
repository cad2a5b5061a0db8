import { posix } from 'node:path';
import { parse } from '../syntax.ts';

/** Only modules that others load with `require` have no need of an ending. */
const commonJs = /\bmodule\.exports\b|^exports\.\w+\s*=|\brequire\(['"]/m;

/** The name by which a program is read: its own, or for one without an ending, one that tells its language. */
export function nameToRead(path: string, text: string): string {
  if (posix.basename(path).includes('.')) return path;
  const [, runs] = /^#!.*?\b(node|python[\d.]*)\b/.exec(text) ?? [];
  if (runs?.startsWith('python')) return `${path}.py`;
  const isProgram = runs === 'node' || commonJs.test(text);
  return isProgram && parse(`${path}.js`, text)?.whole === true ? `${path}.js` : path;
}
