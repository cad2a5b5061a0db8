import { parseDuration } from '../config.ts';
import type { PrepareOptions } from '../workspace/prepare.ts';
import type { Crew } from './crew.ts';

/** How this run prepares checkouts. */
export function prepareOptions(crew: Pick<Crew, 'fence' | 'run' | 'config' | 'signals'>): PrepareOptions {
  const { prepare } = crew.config;
  return {
    fence: crew.fence,
    run: crew.run,
    outputs: prepare.outputs,
    inputs: prepare.inputs,
    timeoutMs: parseDuration(prepare.timeout) ?? 0,
    // No session has begun where something is prepared: there is none to wait for.
    signal: crew.signals.soft,
  };
}
