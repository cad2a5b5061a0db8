import type { Adapter } from './adapter.ts';
import { askInNode, runnerAdapter } from './runner-adapter.ts';

/**
 * Runners on Node that are asked when they start, by `templates/reporters/ask.cjs`: a reporter of ours beside the one
 * that people read, or whatever else they have for one who listens.
 */
function onNode(name: string, isolated: boolean, part: string): Adapter {
  return runnerAdapter({
    name,
    isolated,
    ask: ({ folder }) => askInNode(folder, { [part]: `reporters/${part}` }),
  });
}

export const jest = onNode('jest', true, 'jest.cjs');
/** It says itself whether its files run apart: options, files and pools can each say otherwise. */
export const vitest = onNode('vitest', false, 'vitest.mjs');
export const ava = onNode('ava', true, 'ava.cjs');
/** All its test files share one process. */
export const mocha = onNode('mocha', false, 'mocha.cjs');
