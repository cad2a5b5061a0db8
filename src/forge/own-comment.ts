import type { Person } from './forge.ts';

/** As much as is looked at of a comment. */
interface Said {
  readonly body: string;
  readonly by: Person;
}

/**
 * The comment that is ours: it begins with the marker, and whoever wrote it may write here, or is a robot of the
 * repository. Anybody can write down a marker; a comment of a stranger that we kept up to date would be theirs to change.
 */
export async function ownComment<T extends Said>(
  comments: readonly T[],
  marker: string,
  mayWrite: (person: Person) => Promise<boolean>,
): Promise<T | undefined> {
  for (const one of comments)
    if (one.body.startsWith(marker) && (one.by.isBot || (await mayWrite(one.by)))) return one;
  return undefined;
}
