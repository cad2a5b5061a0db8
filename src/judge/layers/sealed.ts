import { type Layer, passed } from '../layer.ts';
import { sealedReasons } from '../sealed/reason.ts';

/**
 * Tests that no brain has seen. A refusal tells which behaviour failed, by the title that its author gave it, and
 * nothing of the test: neither its text nor what it printed.
 */
export const sealed: Layer = {
  name: 'sealed',
  holds: 'Tests that the coder never saw, written from the specification alone, pass.',
  look({ seen: { base, trees, judged, sealed: seen } }) {
    if (base === undefined) return { ask: 'base' };
    if (base.checks.length === 0) return passed;
    if (trees === undefined) return { ask: 'trees' };
    if (judged === undefined) return { ask: 'judged' };
    if (seen === undefined) return { ask: 'sealed' };
    const { failing, notes, holds, cannotLoad } = seen;
    if (failing.length > 0) return { reasons: sealedReasons(failing, cannotLoad), notes };
    const held = holds === 1 ? '1 sealed test holds.' : `${holds} sealed tests hold.`;
    return { reasons: [], notes: holds === 0 ? notes : [held, ...notes] };
  },
};
