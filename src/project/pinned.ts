import type { Feature, FeatureList } from './feature.ts';

/**
 * What of a feature list differs from the base's, apart from `passes` and `blocked`: one line each, empty when
 * nothing does. The done-condition was written before the work; this is how a change of it is seen.
 */
export function pinned(base: FeatureList, other: FeatureList): readonly string[] {
  const differences: string[] = [];
  if (base.spec !== other.spec) differences.push('spec differs');
  const others = new Map(other.features.map((feature) => [feature.id, feature]));
  const known = new Set(base.features.map((feature) => feature.id));
  for (const feature of base.features) {
    const found = others.get(feature.id);
    if (!found) differences.push(`${feature.id} is gone`);
    else differences.push(...changedFields(feature, found));
  }
  for (const { id } of other.features) if (!known.has(id)) differences.push(`${id} is new`);
  const order = (list: FeatureList, both: (id: string) => boolean): string =>
    list.features
      .map((feature) => feature.id)
      .filter(both)
      .join(' ');
  if (order(base, (id) => others.has(id)) !== order(other, (id) => known.has(id)))
    differences.push('the order differs');
  return differences;
}

const free: ReadonlySet<string> = new Set(['passes', 'blocked']);

function changedFields(base: Feature, other: Feature): string[] {
  const keys = [...new Set([...Object.keys(base), ...Object.keys(other)])].filter((key) => !free.has(key));
  const of = (feature: Feature, key: string): string | undefined =>
    JSON.stringify(feature[key as keyof Feature]);
  return keys.filter((key) => of(base, key) !== of(other, key)).map((key) => `${base.id}: ${key} differs`);
}
