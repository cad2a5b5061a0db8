import { createHash } from 'node:crypto';

/**
 * A name by which somebody else's program tells things apart, to be remembered: a long one as its digest. What is merely cut
 * off from a string keeps all of it in memory.
 */
export function shortName(name: string): string {
  return name.length <= 100 ? name : createHash('sha256').update(name).digest('base64');
}
