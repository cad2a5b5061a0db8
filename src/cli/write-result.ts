import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { readRequests } from '../ledger/requests.ts';
import { readStanding } from '../ledger/standing.ts';
import { readVerdicts } from '../ledger/verdicts.ts';
import { readListed } from './listed.ts';
import type { Result } from './result.ts';
import { resultOf } from './result-of.ts';

/** Writes `result.json` into the folder of a run, whole or not at all, from the ledger that stands in it. */
export async function writeResult(runDir: string, now: number): Promise<Result | undefined> {
  const ledger = path.join(runDir, 'events.jsonl');
  const { state } = await readStanding(ledger, { verify: false });
  if (!state) return undefined;
  const result = resultOf(
    { state, features: readListed(runDir), alive: false, now },
    await readVerdicts(ledger),
    readRequests(runDir),
  );
  const file = path.join(runDir, 'result.json');
  await fs.writeFile(`${file}.part`, `${JSON.stringify(result, null, 2)}\n`);
  await fs.rename(`${file}.part`, file);
  return result;
}
