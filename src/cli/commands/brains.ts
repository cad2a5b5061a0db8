import type { BrainList } from '../brain-list.ts';
import { brainsPage } from '../brains-page.ts';
import { findBrains, rolesIn } from '../find-brains.ts';
import { findPlace } from '../find-runs.ts';
import type { Io } from '../io.ts';
import { configHere } from '../load-config.ts';
import { wantsColour } from '../output.ts';
import { makePaint } from '../paint.ts';

/** `agentloop brains`: who could think on this machine. Nothing is spent, and no provider is asked. */
export async function brains(io: Io, flags: { readonly json?: boolean }, version: string): Promise<number> {
  const config = findPlace(io.cwd) === undefined ? undefined : (await configHere(io)).config;
  const list: BrainList = {
    version: 1,
    brains: [...(await findBrains(io, config, version))],
    roles: rolesIn(config),
  };
  if (flags.json) {
    io.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    return 0;
  }
  const paint = await makePaint(wantsColour(io.env, io.stdout.isTTY === true));
  io.stdout.write(`${brainsPage(list, paint, io.stdout.columns ?? 100).join('\n')}\n`);
  return 0;
}
