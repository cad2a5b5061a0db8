import { compareCode } from '../meaning/lines.ts';

const makefiles = /(^|\/)((GNU)?[Mm]akefile|[Jj]ustfile)$/;
/** What steers the steps after it: where the script ends, what its words mean, what counts as a failure. */
const steers =
  /^\s*(exit|return|exec|set|trap|export|alias|unset|eval|source|\.|kill|function)\b|^\s*\w+=|process\.(exit|abort)|sys\.exit|os\._exit|\|\|\s*(true|:)\s*$/;

/** Whether a script does all it did, in order, and more. */
export function scriptGrows(old: string, now: string): boolean {
  if (compareCode(old, now).is === 'edited') return false;
  const had = new Set(old.split('\n'));
  return !now.split('\n').some((line) => !had.has(line) && steers.test(line));
}

/** Whether a Makefile or justfile only has new targets, after its first one, which is the one that counts by default. */
export function targetsGrow(path: string, old: string, now: string): boolean {
  if (!makefiles.test(path) || compareCode(old, now).is === 'edited') return false;
  const isTarget = (line: string) => /^[A-Za-z][\w-]*:(?![:=])/.test(line);
  const lines = now.split('\n');
  const had = new Set(old.split('\n'));
  const names = (text: readonly string[]) =>
    text.filter(isTarget).map((line) => line.slice(0, line.indexOf(':')));
  const before = names(old.split('\n'));
  const first = names(lines)[0];
  return (
    first === before[0] &&
    names(lines).filter((name) => before.includes(name)).length === before.length &&
    lines.every((line) => had.has(line) || isTarget(line) || /^\s+\S|^\s*(#.*)?$/.test(line))
  );
}
