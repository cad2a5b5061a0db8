import { isCi } from '../loop/ci.ts';
import type { Io } from './io.ts';

/** How a run is kept alive when the person goes. */
export type Keeper =
  | { readonly by: 'ci' | 'tmux' | 'screen' | 'nohup' | 'service' | 'no terminal' }
  /** Nothing: it ends with its terminal. */
  | { readonly by: 'terminal' };

/** Whether nobody looks: no terminal to show anything on, or a CI machine. */
export function isUnattended(io: Pick<Io, 'env' | 'stderr'>): boolean {
  return isCi(io.env) || io.stderr.isTTY !== true;
}

/** What keeps a run alive that is started here. */
export function keeperOf(io: Pick<Io, 'env' | 'nohup' | 'ties'>): Keeper {
  const { env } = io;
  if (isCi(env)) return { by: 'ci' };
  if (io.nohup) return { by: 'nohup' };
  if (env['TMUX']) return { by: 'tmux' };
  if (env['STY']) return { by: 'screen' };
  if (env['INVOCATION_ID'] && io.ties().terminal !== true) return { by: 'service' };
  return { by: io.ties().terminal === true ? 'terminal' : 'no terminal' };
}
