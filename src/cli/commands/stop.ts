import type { Io } from '../io.ts';
import { sayToLiveRun } from '../steer.ts';

/** `agentloop stop`: ends the run after this session, or with `--now` at once, its work saved. */
export async function stop(io: Io, options: { readonly now?: boolean }): Promise<number> {
  const now = options.now === true;
  const sent = now
    ? 'Saves the work and stops now.'
    : 'Stops after this session. Sooner, with the work saved: agentloop stop --now';
  return await sayToLiveRun(io, { type: 'stop', now }, sent);
}
