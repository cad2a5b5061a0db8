import type { Reason } from '../ledger/event.ts';
import type { FeatureList } from './feature.ts';

/**
 * What a new feature list must promise beyond its schema before the work may start: nothing passes yet and
 * each feature says how it is proven. `proof: "none"` is for a person to set, never for a brain:
 * `unprovenAllowed` says that a person wrote this list. Gives the reasons against it; empty when it is good.
 */
export function checkPlan(
  list: FeatureList,
  { unprovenAllowed }: { unprovenAllowed: boolean },
): readonly Reason[] {
  return list.features.flatMap(({ id, passes, proof, verify, blocked }) => {
    const reasons: Reason[] = [];
    if (passes) {
      reasons.push({
        code: 'plan.passes',
        text: `${id} says "passes": true. Set it to false: only a verdict makes a feature pass.`,
      });
    }
    if (blocked !== undefined) {
      reasons.push({
        code: 'plan.blocked',
        text: `${id} is "blocked" before anyone tried. Take that field out.`,
      });
    }
    if (proof === 'none' && !unprovenAllowed) {
      reasons.push({
        code: 'plan.unproven',
        text: `${id} has "proof": "none", which only a person may set. Say "tests" or "command".`,
      });
    }
    if (proof === 'command' && verify === undefined) {
      reasons.push({
        code: 'plan.verify',
        text: `${id} has "proof": "command" but no "verify". Add the command that fails now and will pass then.`,
      });
    }
    return reasons;
  });
}
