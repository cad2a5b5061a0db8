import type { BytePath } from './trees.ts';

/** Code points that HFS+ leaves out when it compares names. */
const invisible = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** A name as case-insensitive file systems with invisible characters see it. */
function folded(name: string): string {
  return Buffer.from(name, 'latin1').toString('utf8').replace(invisible, '').toLowerCase();
}

/**
 * Whether a name (one path component, latin1) is `.git` to some file system: `.GIT`, `.git.`, `git~1`, `.g\u200cit`.
 * Git refuses such names in trees; it refuses at least what this names.
 */
export function isDotGit(name: BytePath): boolean {
  return folded(name)
    .split('\\')
    .some((part) => /^(\.git|git~1)[. ]*(:.*)?$/s.test(part));
}

/** Whether a symlink of this name would be read as `.gitmodules` by some file system: git refuses those too. */
export function isDotGitModules(name: BytePath): boolean {
  return folded(name)
    .split('\\')
    .some((part) => /^(\.gitmodules|gitmod~[1-4]|g?i?7?e?b?a?~[1-9][0-9]*)[. ]*(:.*)?$/s.test(part));
}
