import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { State } from '../ledger/state.ts';
import type { Feature } from '../project/feature.ts';

/** What a screen needs of a feature. */
export type Listed = Pick<Feature, 'id' | 'title' | 'passes' | 'priority' | 'dependsOn' | 'proof'> & {
  readonly blocked?: string | undefined;
  readonly description?: string | undefined;
};

/**
 * The feature list of a run's tip from the copy beside its ledger, read without git and without a schema.
 * Empty when there is none yet; an entry that is no feature is left out.
 */
export function readListed(runDir: string): readonly Listed[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path.join(runDir, 'features.json'), 'utf8'));
  } catch {
    return [];
  }
  const list = (value as { features?: unknown } | null)?.features;
  return Array.isArray(list) ? list.flatMap(listed) : [];
}

/** Whether a feature passes as far as is known: the list, or a landing the list has not caught up with. */
export function passes(state: State, feature: Listed): boolean {
  return feature.passes || state.features.get(feature.id)?.landed !== undefined;
}

/** How many pass, and of how many. */
export function tally(
  state: State,
  features: readonly Listed[],
): { readonly pass: number; readonly all: number } {
  return { pass: features.filter((feature) => passes(state, feature)).length, all: features.length };
}

function listed(value: unknown): Listed[] {
  const entry = value as Record<string, unknown> | null;
  const { id, title, priority, dependsOn, proof, blocked, description } = entry ?? {};
  if (typeof id !== 'string' || typeof title !== 'string') return [];
  return [
    {
      id,
      title,
      passes: entry?.['passes'] === true,
      priority: typeof priority === 'number' ? priority : 100,
      dependsOn: Array.isArray(dependsOn) ? dependsOn.filter((one) => typeof one === 'string') : [],
      proof: proof === 'command' || proof === 'none' ? proof : 'tests',
      ...(typeof blocked === 'string' ? { blocked } : {}),
      ...(typeof description === 'string' ? { description } : {}),
    },
  ];
}
