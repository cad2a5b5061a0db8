import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fill, template } from '../../project/templates.ts';
import { HeadAndTail } from '../../workspace/head-and-tail.ts';
import { evidenceList, evidenceListName } from './evidence-list.ts';
import type { Packet } from './packet.ts';
import { findEvidence } from './read-evidence.ts';

/** Bytes of one log and of all; refused claims whose evidence goes along, the last ones. */
const bounds = { log: 64 * 1024, logs: 8 * 1024 * 1024, refused: 100 };
/** Larger files of evidence are left out. */
const mostBytes = 4 * 1024 * 1024;

export interface Kept {
  readonly path: string;
  /** Its name in the folder of the run; undefined where it is not there. */
  readonly name?: string;
  readonly bytes: Buffer;
}

/**
 * What of the evidence of a run goes to people: the file of each verdict that accepted something, whole, and its logs; the
 * files of refusals; the list of hashes. Bounded, without secrets, and the same from the same ledger and evidence. A
 * file of evidence with a secret in it is left out: changed it would not be what its commit speaks of. `folder`:
 * `evidence/` of the run. Logs of sealed tests never go along.
 */
export async function evidenceFiles(
  packet: Pick<Packet, 'run' | 'accepted'>,
  folder: string,
  redact: (text: string) => string,
): Promise<readonly Kept[]> {
  const names = (await readdir(folder).catch(() => [] as string[])).toSorted();
  const kept: Kept[] = [];
  const missing: string[] = [];
  let room = bounds.logs;
  for (const { feature, evidence } of packet.accepted) {
    if (evidence === null) continue;
    const found = await findEvidence(folder, feature, evidence);
    if (!found || !isClean(found.bytes, redact)) {
      missing.push(feature);
      continue;
    }
    kept.push({ path: `evidence/${feature}.json`, name: `${found.name}.json`, bytes: found.bytes });
    for (const name of names.filter((one) => isLogOf(one, found.name))) {
      const log = await readLog(join(folder, name), redact);
      room -= log.length;
      if (room >= 0) kept.push({ path: `logs/${name}`, name, bytes: log });
    }
  }
  const accepted = new Set(kept.map(({ bytes }) => bytes.toString('latin1')));
  const refused = names.filter((name) => /^[^.]+\.json$/.test(name));
  for (const name of refused.slice(-bounds.refused)) {
    const bytes = await readFile(join(folder, name));
    if (!accepted.has(bytes.toString('latin1')) && isClean(bytes, redact))
      kept.push({ path: `refused/${name}`, name, bytes });
  }
  const list = Buffer.from(evidenceList(packet.accepted));
  const about = fill(template('evidence-readme.md'), {
    run: packet.run,
    missing:
      missing.length === 0 ? '' : `Not here, because it is gone or holds a secret: ${missing.join(', ')}.`,
  });
  return [{ path: 'README.md', bytes: Buffer.from(about) }, { path: evidenceListName, bytes: list }, ...kept];
}

function isClean(bytes: Buffer, redact: (text: string) => string): boolean {
  const text = bytes.toString('utf8');
  return bytes.length <= mostBytes && redact(text) === text;
}

/** Sealed tests are seen by nobody who may work on the feature, and a ref can be pushed anywhere. */
function isLogOf(name: string, evidence: string): boolean {
  return name.startsWith(`${evidence}.`) && name.endsWith('.log') && !/\bsealed\b/.test(name);
}

async function readLog(file: string, redact: (text: string) => string): Promise<Buffer> {
  const { size } = await stat(file);
  // A secret that a cut runs through could not be found any more: cut after.
  const text = size > mostBytes ? `${size} bytes, left out.\n` : redact(await readFile(file, 'utf8'));
  const cut = new HeadAndTail(bounds.log);
  cut.push(Buffer.from(text));
  return Buffer.from(cut.text());
}
