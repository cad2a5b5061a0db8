import { createHash } from 'node:crypto';
import type { Accepted } from './packet.ts';

/** The file of that ref that holds the list. */
export const evidenceListName = 'SHA256SUMS';

/**
 * The list of all evidence of accepted work, as `sha256sum -c` reads it. It follows from the trailers of the commits
 * alone; its own sha256 is what a squash keeps. Empty where nothing was proven.
 */
export function evidenceList(accepted: readonly Pick<Accepted, 'feature' | 'evidence'>[]): string {
  return accepted
    .flatMap(({ feature, evidence }) =>
      evidence === null ? [] : [`${evidence}  evidence/${feature}.json\n`],
    )
    .toSorted((a, b) => (a.slice(64) < b.slice(64) ? -1 : 1))
    .join('');
}

/** The sha256 of that list. */
export function evidenceHash(
  accepted: readonly Pick<Accepted, 'feature' | 'evidence'>[],
): string | undefined {
  const list = evidenceList(accepted);
  return list === '' ? undefined : createHash('sha256').update(list).digest('hex');
}
