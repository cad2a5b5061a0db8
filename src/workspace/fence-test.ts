import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isBelow } from './covers.ts';
import { exec } from './exec.ts';
import type { Fence } from './fence.ts';
import { markOf } from './mark.ts';
import type { Place } from './place.ts';

/** The run that its command is marked with, in the cache of the repository: there is no other yet. */
export const fenceTestRun = 'fence-test';

/** What came of the self-test: `failed` is what the launcher said, `leaks` what could be seen or written and must not. */
export type FenceTest =
  | { readonly ok: true }
  | { readonly failed: string }
  | { readonly leaks: readonly string[] };

/**
 * Runs one command behind the fence, exactly as all later ones are run. It must be able to write its own folders, and
 * must fail to see one entry of each hidden folder (a canary of ours among them) and to write beside and in them.
 */
export async function testFence(fence: Fence, cacheRoot: string): Promise<FenceTest> {
  const folder = join(cacheRoot, 'fence-test');
  const at = (name: string) => join(folder, name);
  for (const name of ['tree', 'home', 'out', 'tmp']) mkdirSync(at(name), { recursive: true });
  writeFileSync(at('canary'), 'nobody inside may see this\n');
  const place: Place = {
    fence,
    run: fenceTestRun,
    mark: markOf(cacheRoot, fenceTestRun),
    tree: at('tree'),
    home: at('home'),
    out: at('out'),
    tmp: at('tmp'),
  };
  rmSync(at('written'), { force: true });
  const unseen = [at('canary'), ...fence.hidden.flatMap((path) => entryOf(path, fence.givenBack))];
  const sealed = placesToWrite(fence);
  const script = [
    `for f in . "$HOME" ${quoted(['/tmp/agentloop/out'])} "$TMPDIR"; do true > "$f/probe" || exit 9; done`,
    `for f in ${quoted(unseen)}; do if [ -e "$f" ] || [ -L "$f" ]; then echo "$f can be seen"; fi; done`,
    // Nothing is left behind where a broken fence would let it: a look at the mount is as good as a file.
    `for f in ${quoted(sealed)}; do if [ -w "$f" ]; then echo "$f can be written"; fi; done`,
    `{ true > ${quoted([at('written')])}; } 2>/dev/null`,
    'echo done',
  ].join('\n');
  const finished = await exec(place, script, { timeoutMs: 10_000 });
  const lines = finished.output.trimEnd().split('\n');
  if (finished.fenceFailed !== undefined) return { failed: finished.fenceFailed };
  if (finished.code !== 0 || lines.pop() !== 'done')
    return { failed: finished.output.trim() || 'it did nothing' };
  if (existsSync(at('written'))) lines.push(`${folder} could be written`);
  return lines.length === 0 ? { ok: true } : { leaks: lines };
}

/** One thing in a hidden folder that nobody gave back. */
function entryOf(folder: string, givenBack: readonly string[]): readonly string[] {
  // As HOME, /tmp is not empty inside but the session's own.
  if (folder === '/tmp' || givenBack.some((given) => isBelow(folder, given))) return [];
  try {
    const isGiven = (path: string) => givenBack.some((given) => isBelow(given, path));
    const name = readdirSync(folder).find((entry) => !isGiven(join(folder, entry)));
    return name === undefined ? [] : [join(folder, name)];
  } catch {
    return []; // Not ours to read: then not theirs either.
  }
}

function placesToWrite(fence: Fence): readonly string[] {
  const all = ['/', ...fence.hidden.flatMap((path) => [path, dirname(path)])];
  const open = ['/tmp', '/var/tmp', '/dev'];
  return [...new Set(all)].filter((path) => !open.some((one) => isBelow(path, one)) && existsSync(path));
}

/** As words of a shell. */
function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}
