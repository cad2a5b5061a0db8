import { UserError } from '../errors.ts';
import { readSegments, segmentName } from '../ledger/segments.ts';
import type { Repository } from '../workspace/repository.ts';

/** Reads a ledger as segments, whose blobs it remembers, so that a long one is not read again each time. */
export function segmentsOf() {
  const done: { readonly name: string; readonly oid: string }[] = [];
  let offset = 0;
  return async (file: string, repo: Repository, redact: (text: string) => string) => {
    const { whole, last, ...next } = await readSegments(file, { offset });
    const put = async (bytes: Buffer, nth: number) => {
      const text = bytes.toString('utf8');
      // Secrets were taken out before they were written; what is known as one only now must not leave all the same.
      if (redact(text) !== text)
        throw new UserError(`${file} holds what reads like a secret; it is not pushed.`, 'agentloop events');
      return { name: segmentName(nth), oid: await repo.trees.write(bytes) };
    };
    for (const bytes of whole) done.push(await put(bytes, done.length + 1));
    offset = next.offset;
    return last.length === 0 ? [...done] : [...done, await put(last, done.length + 1)];
  };
}
