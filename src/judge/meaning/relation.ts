import { isUtf8 } from 'node:buffer';
import { languageOf, parse } from '../syntax.ts';
import { compareProgramsAsBlocks, type Relation } from './blocks.ts';
import { canon } from './canon.ts';
import { compareJson, compareSnapshots } from './data.ts';
import { javascript } from './javascript.ts';
import { compareCode, compareText } from './lines.ts';
import { python } from './python.ts';

/** One version of a file. `module`: what a name of a module in it stands for; undefined: itself. */
export interface Version {
  readonly path: string;
  readonly content: Buffer;
  readonly module?: (specifier: string) => string | undefined;
}

/** Languages whose tests stand in functions, and of which we only see lines. */
const code =
  /\.(go|rs|java|kt|kts|scala|groovy|cs|fs|vb|php|rb|ex|exs|dart|swift|c|cc|cpp|h|hpp|lua|pl|t|sh|bash|bats)$/;
const snapshots = /\.(snap|snapshot|ambr)$/;

/** What became of a test, of a helper or of data that tests load. */
export function relationOf(old: Version, now: Version): Relation {
  const isProgram = languageOf(old.path) !== undefined;
  if (old.content.equals(now.content) && (old.module === undefined || !isProgram)) return { is: 'same' };
  if (!isUtf8(old.content) || !isUtf8(now.content)) return { is: 'edited', why: 'it is no text' };
  const [before, after] = [old.content.toString('utf8'), now.content.toString('utf8')];
  if (/\0/.test(before + after))
    return before === after ? { is: 'same' } : { is: 'edited', why: 'it is no text' };
  if (snapshots.test(old.path)) return compareSnapshots(before, after);
  if (old.path.endsWith('.json')) return compareJson(before, after);
  if (isProgram) return relationOfPrograms(old, now, before, after);
  return code.test(old.path) ? compareCode(before, after) : compareText(before, after);
}

function relationOfPrograms(old: Version, now: Version, before: string, after: string): Relation {
  const [one, other] = [parse(old.path, before), parse(now.path, after)];
  if (one?.whole !== true || other?.whole !== true || one.language !== other.language) {
    if (before === after) return { is: 'same' };
    const appended = after.startsWith(before.trimEnd());
    return appended
      ? { is: 'grown' }
      : { is: 'edited', why: 'its old text is not the beginning of the new one' };
  }
  return compareProgramsAsBlocks({
    grammar: one.language === 'python' ? python : javascript,
    old: one,
    now: other,
    oldModule: old.module ?? (() => undefined),
    nowModule: now.module ?? (() => undefined),
  });
}

/**
 * Whether configuration says the same: comments, blank lines and the layout of what we can read make no difference.
 * Configuration does not grow: what is added to it may turn something off.
 */
export function saysTheSame(path: string, old: Buffer, now: Buffer): boolean {
  if (old.equals(now)) return true;
  const [before, after] = [old.toString('utf8'), now.toString('utf8')];
  const json = /\.(json[c5]?|\w+rc)$/.test(path) && /^\s*(\/[/*]|\{|\[)/.test(before);
  const [name, wrap] = json ? ['x.js', (text: string) => `(${text}\n)`] : [path, (text: string) => text];
  const [one, other] = [parse(name, wrap(before)), parse(name, wrap(after))];
  if (one?.whole === true && other?.whole === true) return canon(one, one.top) === canon(other, other.top);
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '' && !/^\s*#(?!!)/.test(line))
      .join('\n');
  return lines(before) === lines(after);
}
