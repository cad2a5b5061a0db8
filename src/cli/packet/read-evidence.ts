import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceFigures } from './gathered.ts';

/** An evidence file of a run that has the hash its commit speaks of. */
export interface EvidenceFile {
  readonly sha256: string;
  /** What its name and those of its logs begin with. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The evidence with this hash; undefined when it is gone or was changed. `folder`: `evidence/` of the run. */
export async function findEvidence(
  folder: string,
  feature: string,
  sha256: string,
): Promise<EvidenceFile | undefined> {
  const names = await readdir(folder).catch(() => [] as string[]);
  for (const name of names.filter((one) => one.startsWith(`${feature}-`) && /^[^.]+\.json$/.test(one))) {
    const bytes = await readFile(join(folder, name));
    if (createHash('sha256').update(bytes).digest('hex') === sha256)
      return { sha256, name: name.slice(0, -'.json'.length), bytes };
  }
  return undefined;
}

/** The part of an evidence file that is read here; another version may hold other things. */
interface Told {
  readonly onBase?: { readonly passing?: number };
  readonly runs?: readonly {
    readonly as?: readonly string[];
    readonly checks?: readonly { readonly pass?: number }[];
  }[];
  readonly tests?: { readonly added?: readonly string[]; readonly removed?: readonly string[] };
}

/** Its figures; undefined where no runner told which tests there are. */
export function figuresOf({ bytes }: Pick<EvidenceFile, 'bytes'>): EvidenceFigures | undefined {
  const { onBase, runs = [], tests } = JSON.parse(bytes.toString('utf8')) as Told;
  const run =
    runs.find(({ as }) => as?.includes('delivered')) ?? runs.find(({ as }) => as?.includes('judged'));
  const counts = (run?.checks ?? []).flatMap(({ pass }) => (pass === undefined ? [] : [pass]));
  if (onBase?.passing === undefined || counts.length === 0) return undefined;
  return {
    before: onBase.passing,
    after: counts.reduce((sum, one) => sum + one, 0),
    added: tests?.added?.length ?? 0,
    gone: tests?.removed ?? [],
  };
}
