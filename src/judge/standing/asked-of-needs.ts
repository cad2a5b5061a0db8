import { isUtf8 } from 'node:buffer';
import type { Trees } from '../../workspace/trees.ts';
import { asksOfNeeds, readManifests, type Text } from '../needs/manifests.ts';
import { fileName } from '../protected.ts';
import type { Asked } from './asks.ts';
import type { Rules } from './rules-of-base.ts';
import type { Comparing, Standing } from './standing.ts';

const most = 2_000;

/** What changed manifests and lock files ask a person for. */
export async function askedOfNeeds(
  trees: Trees,
  { entries, kind, commands }: Rules,
  standings: readonly Standing[],
  read: Comparing['read'],
): Promise<readonly Asked[]> {
  const changed = standings.filter(
    ({ kind: own, change, allowed }) =>
      !allowed &&
      (own === 'manifest' || own === 'lock') &&
      change.new !== null &&
      change.new.mode !== '120000',
  );
  if (changed.length === 0) return [];
  const files = entries
    .filter(({ path, mode }) => ['manifest', 'lock'].includes(kind(path)) && mode !== '120000')
    .slice(0, most);
  const blobs = await trees.blobs(files.map(({ oid }) => oid));
  const known = files.map(({ path, oid }) => ({
    path: fileName(path),
    text: blobs.get(oid)?.toString('utf8') ?? '',
  }));
  const brought: Text[] = [];
  for (const { change, kind: own } of standings)
    if (own === 'manifest' && change.new !== null && change.new.mode !== '120000')
      brought.push({ path: fileName(change.path), text: (await read(change.new)).toString('utf8') });
  const manifests = readManifests(known, await commands(), brought);
  const asked: Asked[] = [];
  for (const { change } of changed) {
    const [old, now] = [change.old && (await read(change.old)), change.new && (await read(change.new))];
    if (now === null || !isUtf8(now)) continue;
    const versions = { path: fileName(change.path), old: old?.toString('utf8'), now: now.toString('utf8') };
    asked.push(...asksOfNeeds(versions, manifests).map((one) => ({ ...one, path: change.path })));
  }
  return asked;
}
