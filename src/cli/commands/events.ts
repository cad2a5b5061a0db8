import { UserError } from '../../errors.ts';
import type { Recorded } from '../../ledger/event.ts';
import { readLedger } from '../../ledger/read.ts';
import { pickRun, placeOf } from '../find-runs.ts';
import type { Io } from '../io.ts';
import { liveRun } from '../run-view.ts';

/** `agentloop events [run]`: the ledger as it stands, one JSON object a line. `--since` is exclusive. */
export async function events(
  io: Io,
  run: string | undefined,
  options: { readonly since?: string; readonly follow?: boolean },
): Promise<number> {
  const since = Number(options.since ?? 0);
  if (options.since !== undefined && !/^\d{1,15}$/.test(options.since)) {
    throw new UserError(
      `--since: "${options.since}" is not the number of an event.`,
      'Use 0, 1, 2 … (the "seq" of the last event you have).',
    );
  }
  const place = placeOf(io.cwd);
  const folder = pickRun(place, run ?? (await liveRun(place))?.run);
  const print = (event: Recorded) => io.stdout.write(`${JSON.stringify(event)}\n`);
  if (!options.follow) {
    for (const event of (await readLedger(folder.ledger)).events) if (event.seq > since) print(event);
    return 0;
  }
  const { follow } = await import('../../ledger/follow.ts');
  const ended = new AbortController();
  const off = io.onSignal(() => ended.abort());
  try {
    for await (const event of follow(folder.ledger, since, AbortSignal.any([ended.signal, io.gone])))
      print(event);
  } finally {
    off();
  }
  return 0;
}
