import type { Layer } from './layer.ts';
import { bite } from './layers/bite.ts';
import { checks } from './layers/checks.ts';
import { delivered } from './layers/delivered.ts';
import { evaluator } from './layers/evaluator.ts';
import { nothing } from './layers/nothing.ts';
import { probe } from './layers/probe.ts';
import { proof } from './layers/proof.ts';
import { ratchet } from './layers/ratchet.ts';
import { rules } from './layers/rules.ts';
import { sealed } from './layers/sealed.ts';
import { snapshot } from './layers/snapshot.ts';
import { suspicions } from './layers/suspicions.ts';
import { teeth } from './layers/teeth.ts';
import { whole } from './layers/whole.ts';

/** What the judge looks at, cheap first. The first layer that refuses ends it; one that waits lets the next one add. */
export const layers: readonly Layer[] = [
  snapshot,
  nothing,
  rules,
  suspicions,
  checks,
  ratchet,
  delivered,
  proof,
  whole,
  probe,
  bite,
  teeth,
  sealed,
  evaluator,
];

/** The table of docs/judge.md, between its markers. */
export function layersTable(): string {
  const rows = layers.map(({ name, holds }, at) => `| ${at + 1} | \`${name}\` | ${holds} |`);
  return ['| | layer | holds |', '| --- | --- | --- |', ...rows].join('\n');
}
