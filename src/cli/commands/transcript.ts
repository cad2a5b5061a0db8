import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import { readTranscript } from '../../ledger/transcript.ts';
import { placeOf } from '../find-runs.ts';
import type { Io } from '../io.ts';
import { wantsColour } from '../output.ts';
import { makePaint } from '../paint.ts';
import { type RunView, readRun } from '../run-view.ts';
import { entryLines } from '../transcript-lines.ts';
import { count } from '../words.ts';

/** `agentloop transcript <session> [run]`: everything said and done in a session. */
export async function transcript(
  io: Io,
  session: string,
  run: string | undefined,
  options: { readonly json?: boolean },
): Promise<number> {
  const view = await readRun(placeOf(io.cwd), run, io.now(), { verify: false });
  const { entries, torn } = await readTranscript(fileOf(view, session));
  const paint = await makePaint(wantsColour(io.env, io.stdout.isTTY === true));
  for (const entry of entries) {
    io.stdout.write(options.json ? `${JSON.stringify(entry)}\n` : `${entryLines(entry, paint).join('\n')}\n`);
  }
  if (torn !== undefined && !view.alive) io.stderr.write(`${torn}\n`);
  return 0;
}

function fileOf({ state, folder }: RunView, session: string): string {
  const number = Number(session);
  const file = path.join(folder.dir, 'sessions', `${number}.jsonl`);
  if (Number.isSafeInteger(number) && number > 0 && existsSync(file)) return file;
  const has = state.sessions.length;
  throw new UserError(
    `Run ${state.run} has no transcript of a session "${session}".`,
    has === 0
      ? 'It has had no session yet.'
      : `It has had ${count(has, 'session')}, numbered from 1: agentloop transcript ${has} ${state.run}`,
  );
}
