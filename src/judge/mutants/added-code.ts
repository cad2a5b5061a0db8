import { changedLines } from './changed-lines.ts';

const comment = /^(\/\/|\/?\*|\*\/|#(?!include)|--|;|%|"""|'''|<!--)/;
const imports = /^(import|use|using|require\w*|include|#include|package|from|extern|mod)\b|^["'()]/;
/** Lines by which some language begins a function, a type with functions, or a method. */
const declares =
  /^((export|default|pub(\(\w+\))?|public|private|protected|internal|static|final|override|open|abstract|async|inline|suspend|unsafe|const)\s+)*(func|fun|fn|function|def|defp|defun|sub|proc|class|struct|impl|trait|module|object|interface|enum)\b|^[\w$-]+\s*\(\)\s*\{?$|^[\w<>[\],.*&:\s]+\s[\w:~]+\([^;]*\)[^;]*\{$|=>|\\\w+ *->|^\w+ (::|=) /;
const shell = /\.(sh|bash|zsh|fish|ps1)$|(^|\/)[^./]+$/;

/**
 * What a change does to a program in a language that we do not read. `adds`: functions, or in scripts anything, and
 * takes no code away, so that nothing that was there before can need them. `changes`: old code is another one.
 */
export function addedCode(
  name: string,
  before: string | undefined,
  now: string | undefined,
): 'adds' | 'changes' | 'nothing' {
  const [old, text] = [before ?? '', now ?? ''];
  const gone = codeOn(old, changedLines(text, old).lines);
  if (gone.some((line) => !imports.test(line))) return 'changes';
  const added = codeOn(text, changedLines(old, text).lines);
  return added.some((line) => shell.test(name) || declares.test(line)) ? 'adds' : 'nothing';
}

/** Lines with these numbers that hold more than comments and brackets. */
function codeOn(text: string, numbers: ReadonlySet<number>): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line, at) => numbers.has(at + 1) && /\w/.test(line) && !comment.test(line));
}
