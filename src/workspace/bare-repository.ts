import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeHalves } from './halves.ts';

export type ObjectFormat = 'sha1' | 'sha256';

export interface BareOptions {
  readonly format: ObjectFormat;
  /** Object folder it borrows from: absolute, or relative to its own. */
  readonly borrows?: string;
  /** Lines added to its config. */
  readonly config?: string;
  /** What HEAD says. Default: a branch that is never born. */
  readonly head?: string;
  /** Its files are on the disk when it is made. */
  readonly durable?: boolean;
}

/** Nothing a work tree says about end-of-line, identifiers or filters counts in a repository of ours. */
const attributes = '* -text -eol -ident -filter -working-tree-encoding\n';

/** Makes a bare repository of a few files, without git and its templates. The folder must not exist. */
export function makeBare(dir: string, options: BareOptions): void {
  const { format, borrows, config = '', head, durable = false } = options;
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text, { flush: durable });
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'info']) {
    mkdirSync(join(dir, folder), { recursive: true, mode: 0o700 });
  }
  const version = format === 'sha1' ? 0 : 1;
  const core = `[core]\n\trepositoryformatversion = ${version}\n\tfilemode = true\n\tbare = true\n\tlogAllRefUpdates = false\n`;
  const extensions = format === 'sha1' ? '' : '[extensions]\n\tobjectformat = sha256\n';
  // Probed the way git does it: a file system that folds case must be known as one.
  writeFileSync(join(dir, 'config'), '');
  const folds = existsSync(join(dir, 'CoNfIg')) ? '\tignorecase = true\n' : '';
  write('config', `${core}${folds}${extensions}[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n${config}`);
  write('info/attributes', attributes);
  if (borrows !== undefined) write('objects/info/alternates', `${borrows}\n`);
  write('HEAD', `${head ?? 'ref: refs/heads/unborn'}\n`);
}

/**
 * Makes one if it is not there. It appears whole: a kill in the middle leaves nothing that is taken for one, and what it
 * leaves goes with the next attempt.
 */
export function ensureBare(
  dir: string,
  options: BareOptions & { readonly more?: (dir: string) => void },
): void {
  if (existsSync(join(dir, 'HEAD'))) return;
  const half = `${dir}.new-${process.pid}`;
  removeHalves(dirname(dir), /^(?:vault|shelf)\.git\.new-(\d+)$/);
  rmSync(half, { recursive: true, force: true });
  makeBare(half, { ...options, durable: true });
  options.more?.(half);
  try {
    renameSync(half, dir);
  } catch (error) {
    // Another process of ours was faster.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(join(dir, 'HEAD'))) throw error;
  }
}
