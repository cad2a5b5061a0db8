import type { Repository } from './repository.ts';
import type { BytePath } from './trees.ts';

/** Lets git write the objects of files that are there; in the same order, or undefined when one of them is gone. */
export async function hashByGit(
  repo: Pick<Repository, 'vault' | 'objects'>,
  top: string,
  paths: readonly BytePath[],
): Promise<readonly string[] | undefined> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${quoted(`${Buffer.from(top).toString('latin1')}/${path}`)}\n`).join('');
  // Not synced one by one: makeDurable does that for all of them at once.
  const args = ['-c', 'core.fsync=none', 'hash-object', '-w', '--no-filters', '--stdin-paths'];
  const { code, out } = await repo.vault.answer(args, { input, ok: [0, 128] });
  if (code !== 0) return undefined;
  const oids = out.trim().split('\n');
  repo.objects.wrote(oids);
  return oids;
}

/** A path as git reads it from a line: names may hold newlines. */
function quoted(path: BytePath): string {
  const escaped = path.replace(
    /["\\\n\r\t]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
