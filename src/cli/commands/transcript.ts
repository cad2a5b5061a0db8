import { existsSync, readdirSync } from 'node:fs';
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
  const beside = namesBeside(view, session);
  if (beside.length > 0) io.stderr.write(`Asked beside it: agentloop transcript ${beside.join(', ')}\n`);
  if (torn !== undefined && !view.alive) io.stderr.write(`${torn}\n`);
  return 0;
}

/** `3`, or who was asked beside it: `3.examiner`, `3.evaluator-2`. */
const name = /^[1-9]\d{0,8}(\.(examiner|evaluator|planner)(-\d{1,4})?)?$/;

/** Who was asked beside a session, as this command names them. */
function namesBeside({ folder }: RunView, session: string): readonly string[] {
  return readdirSync(path.join(folder.dir, 'sessions'))
    .map((file) => file.replace(/\.jsonl$/, ''))
    .filter((one) => one.startsWith(`${session}.`) && name.test(one));
}

function fileOf({ state, folder }: RunView, session: string): string {
  const file = path.join(folder.dir, 'sessions', `${session}.jsonl`);
  if (name.test(session) && existsSync(file)) return file;
  const has = state.sessions.length;
  throw new UserError(
    `Run ${state.run} has no transcript of a session "${session}".`,
    has === 0
      ? 'It has had no session yet.'
      : `It has had ${count(has, 'session')}, numbered from 1: agentloop transcript ${has} ${state.run}`,
  );
}
