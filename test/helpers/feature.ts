import type { Feature } from '../../src/project/feature.ts';

/** A feature with what a test does not care about filled in. */
export function feature(id: string, more: Partial<Feature> = {}): Feature {
  return {
    id,
    title: `What ${id} brings`,
    description: '',
    steps: [],
    priority: 100,
    dependsOn: [],
    proof: 'tests',
    passes: false,
    ...more,
  };
}
