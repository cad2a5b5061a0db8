import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { UserError } from '../../errors.ts';
import { type Claimed, checkLedger } from '../../ledger/check-ledger.ts';
import { codeOf } from '../exit.ts';
import { pickRun, placeOf } from '../find-runs.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { liveRun } from '../run-view.ts';
import { count } from '../words.ts';

/** Most files that are named one by one. */
const mostNamed = 20;

/**
 * `agentloop events --check [run]`: whether the ledger is whole, by its lines alone, and whether the files whose hashes it
 * holds are still what it says. 0 when all is as it was written, 2 when anything is not.
 */
export async function checkTrail(
  io: Io,
  run: string | undefined,
  options: { readonly since?: string; readonly follow?: boolean } = {},
): Promise<number> {
  if (options.since !== undefined || options.follow)
    throw new UserError(
      '--check reads the whole ledger: it goes with neither --since nor --follow.',
      'agentloop events --check',
    );
  const place = placeOf(io.cwd);
  const live = (await liveRun(place))?.run;
  const folder = pickRun(place, run ?? live);
  const found = await checkLedger(folder.ledger).catch((error: unknown) => {
    // Somebody asked whether the file is right, and it is not.
    throw error instanceof UserError ? new UserError(error.message, error.help) : error;
  });
  const wrong: string[] = [];
  // Of a live run it may be a line that is being written.
  if (found.torn !== undefined && live !== folder.run)
    wrong.push(`The ledger ends in ${found.torn}; "agentloop run" cuts it off and keeps it beside.`);
  wrong.push(...(await differing(folder.dir, found.claimed)));
  const say = (text: string) => io.stdout.write(`${harmless(text)}\n`);
  say(
    `${folder.run}: ${count(found.events, 'event')} in ${folder.ledger}, every line follows from the one before.`,
  );
  say(`head: ${found.head}`);
  if (wrong.length === 0) {
    say(`Kept beside it as it says: ${tally(found.claimed)}.`);
    return 0;
  }
  for (const one of wrong.slice(0, mostNamed)) say(one);
  if (wrong.length > mostNamed) say(`... and ${wrong.length - mostNamed} more.`);
  return codeOf('usage');
}

function tally(claimed: readonly Claimed[]): string {
  const of = (what: Claimed['what']) => claimed.filter((one) => one.what === what).length;
  return `${count(of('brief'), 'brief')}, ${count(of('transcript'), 'transcript')}, evidence of ${count(of('evidence'), 'verdict')}`;
}

/** A sentence for each file that is missing or not what the ledger says. */
async function differing(dir: string, claimed: readonly Claimed[]): Promise<string[]> {
  const evidence = new Set<string>();
  if (claimed.some(({ what }) => what === 'evidence')) {
    const names = await fs.readdir(path.join(dir, 'evidence')).catch(() => [] as string[]);
    for (const name of names.filter((one) => one.endsWith('.json')))
      evidence.add((await sha256Of(path.join(dir, 'evidence', name))) ?? '');
  }
  const wrong: string[] = [];
  for (const { what, file, sha256, seq } of claimed) {
    if (file === undefined) {
      if (!evidence.has(sha256))
        wrong.push(
          `The ${what} of event ${seq} is missing or was changed: no file in evidence/ has ${sha256}.`,
        );
      continue;
    }
    // A name in a ledger that somebody wrote by hand leads nowhere else.
    const is = await sha256Of(path.join(dir, what === 'brief' ? 'briefs' : 'sessions', path.basename(file)));
    if (is === undefined) wrong.push(`${file}, the ${what} of event ${seq}, is missing.`);
    else if (is !== sha256) wrong.push(`${file}, the ${what} of event ${seq}, was changed since.`);
  }
  return wrong;
}

/** Undefined when it cannot be read. */
async function sha256Of(file: string): Promise<string | undefined> {
  const sum = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer);
    return sum.digest('hex');
  } catch {
    return undefined;
  }
}
