import { named } from '../compare.ts';
import { type Layer, passed } from '../layer.ts';

const mostNamed = 8;

/**
 * The whole of it. Tests that were given for a feature are its measure: some of them turned green show that it was begun.
 * What belongs to other features may stay red, so only what can be nobody else's counts; of the rest a reader is told.
 */
export const whole: Layer = {
  name: 'whole',
  holds: 'No red test of the base that asks for the same as the proof, beside it, is left red.',
  look({ seen: { base, trees, judged, leftRed } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.checks.length === 0) return passed;
    if (trees === undefined) return { ask: 'trees' };
    if (judged === undefined) return { ask: 'judged' };
    if (leftRed === undefined) return { ask: 'leftRed' };
    const { own, others } = leftRed;
    const asks =
      own.length === 1 ? 'asks for the same as the proof and is' : 'ask for the same as the proof and are';
    const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
    const list = others.slice(0, mostNamed).map((id) => `"${id}"`);
    const notes =
      others.length === 0
        ? []
        : [`Beside the proof, these tests are as red as they were: ${list.join(', ')}${more}.`];
    return { reasons: named('proof.unfinished', own, `${asks} still red`), notes };
  },
};
