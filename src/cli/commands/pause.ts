import type { Io } from '../io.ts';
import { sayToLiveRun } from '../steer.ts';

/** `agentloop pause`: no new session starts until `resume`. */
export async function pause(io: Io): Promise<number> {
  return await sayToLiveRun(io, { type: 'pause' }, 'Pauses after this session. Go on with: agentloop resume');
}

/** `agentloop resume`. */
export async function resume(io: Io): Promise<number> {
  return await sayToLiveRun(io, { type: 'resume' }, 'Goes on.');
}
