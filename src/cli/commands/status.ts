import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { findPlace, listRuns, type Place, placeOf } from '../find-runs.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { wantsColour } from '../output.ts';
import { makePaint } from '../paint.ts';
import { type RunView, readRun } from '../run-view.ts';
import { statusPage } from '../status-page.ts';

/** `agentloop status [run]`: where a run stands. Without any run it says how to begin. */
export async function status(
  io: Io,
  run: string | undefined,
  options: { readonly json?: boolean; readonly watch?: boolean },
): Promise<number> {
  const place = placeOf(io.cwd);
  if (run === undefined && listRuns(place.stateDir).length === 0) {
    io.stdout.write(
      options.json ? `${JSON.stringify({ run: null, next: beginning(place) })}\n` : `${noRun(place)}\n`,
    );
    return 0;
  }
  const view = await readRun(place, run, io.now(), { verify: false });
  if (options.json) {
    const { statusJson } = await import('../status-json.ts');
    io.stdout.write(`${JSON.stringify(statusJson(view), null, 2)}\n`);
    return 0;
  }
  await printPage(io, view);
  if (!options.watch || !view.alive) return 0;
  const { watch } = await import('../watch.ts');
  return await watch(io, view);
}

/** `agentloop` alone: the same, and a word for those who are not in a repository. */
export async function home(io: Io): Promise<number> {
  const place = findPlace(io.cwd);
  if (place) return await status(io, undefined, {});
  io.stdout.write(
    `${harmless(io.cwd)} is not inside a git repository; next: cd into one, or: agentloop --help\n`,
  );
  return 0;
}

async function printPage(io: Io, view: RunView): Promise<void> {
  const paint = await makePaint(wantsColour(io.env, io.stdout.isTTY === true));
  const lines = statusPage(view, paint, io.stdout.columns ?? 100);
  io.stdout.write(`${lines.join('\n')}\n`);
}

function noRun(place: Place): string {
  return `no run yet in ${harmless(place.top)}; next: ${beginning(place)}`;
}

function beginning(place: Place): string {
  // The name of the list stands with its schema, which this command must not load.
  const planned = existsSync(path.join(place.top, 'feature-list.json'));
  return planned ? 'agentloop run' : 'agentloop init "<what you want built>"';
}
