import type { Reason } from '../ledger/event.ts';
import type { Broken, Verdict } from './judge.ts';
import type { Layer } from './layer.ts';

/** How one layer looked at a candidate. `unseen`: an earlier one ended it, or the judge could not see. */
export interface LayerSeen {
  readonly name: string;
  readonly holds: string;
  readonly found: 'passed' | 'refused' | 'unseen';
  readonly reasons: readonly Reason[];
}

export interface Witness {
  /** The same layers, watched. */
  readonly layers: readonly Layer[];
  /** What each came to in the ruling that has just ended. */
  tell(verdict: Verdict | Broken): readonly LayerSeen[];
}

/** Watches which layer says what, for those who want more than the verdict. One ruling at a time. */
export function witness(layers: readonly Layer[]): Witness {
  const said = new Map<string, readonly Reason[]>();
  let last: string | undefined;
  const watched = layers.map(
    (layer, at): Layer => ({
      ...layer,
      look(scene) {
        // A ruling may ask all layers a second time: only the last word of each counts.
        if (at === 0) said.clear();
        last = layer.name;
        const finding = layer.look(scene);
        if (!('ask' in finding)) said.set(layer.name, finding.reasons);
        return finding;
      },
    }),
  );
  return {
    layers: watched,
    tell(verdict) {
      // What a layer asked for may refuse by itself (init.sh does not get through): then that layer never came to a word.
      const own = verdict.ruling === 'refused' && last !== undefined && !said.has(last);
      return layers.map(({ name, holds }) => {
        const reasons = said.get(name) ?? (own && name === last ? verdict.reasons : undefined);
        if (reasons === undefined) return { name, holds, found: 'unseen', reasons: [] };
        return { name, holds, found: reasons.length > 0 ? 'refused' : 'passed', reasons };
      });
    },
  };
}
