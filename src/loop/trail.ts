import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Assignment } from '../brain/brain.ts';
import type { RecordedOf } from '../ledger/event.ts';
import { ciOf } from './ci.ts';
import type { Crew } from './crew.ts';
import type { Setting, StartInput } from './setting.ts';

// What must be there afterwards to answer who did what, on whose behalf, told what.

type Told = NonNullable<RecordedOf<'brain.finished'>['told']>;
type Begun = Pick<RecordedOf<'run.started'>, 'identity' | 'ci' | 'config' | 'settings'>;

/** What the first event of an invocation tells beside its brain: whose name commits bear, which CI, which settings. */
export async function trailOf({ repo, config }: Setting, { env }: Pick<StartInput, 'env'>): Promise<Begun> {
  const identity = await repo.user.identity();
  const ci = ciOf(env);
  return {
    ...(identity === undefined ? {} : { identity: `${identity.name} <${identity.email}>`.slice(0, 500) }),
    ...(ci === undefined ? {} : { ci }),
    config: sha256(JSON.stringify(config)),
    settings: JSON.parse(JSON.stringify(config)) as Record<string, unknown>,
  };
}

/** Where a brief stands: under the name of the transcript of whoever was told it. */
function briefFile(transcript: string): string {
  return join(dirname(dirname(transcript)), 'briefs', basename(transcript).replace(/\.jsonl$/, '.txt'));
}

/** Keeps a brief as it is told and gives its sha256, for the event that speaks of it. `transcript`: its file. */
export async function keepBrief(transcript: string, brief: string): Promise<string> {
  const file = briefFile(transcript);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, brief, { mode: 0o600, flush: true });
  return sha256(brief);
}

/** The brief of somebody asked beside a session, for the event by which that ends. */
export function toldTo({ transcript, brief }: Pick<Assignment, 'transcript' | 'brief'>): Told {
  return { file: basename(briefFile(transcript.file)), sha256: sha256(brief) };
}

/** The transcripts of a session that is over, those of whom it asked too: names and hashes for its last event. */
export async function transcriptsOf(
  { runDir }: Pick<Crew, 'runDir'>,
  session: number,
): Promise<{ file: string; sha256: string }[]> {
  const folder = join(runDir, 'sessions');
  const names = await readdir(folder).catch(() => [] as string[]);
  const own = names.filter((name) => name.startsWith(`${session}.`) && name.endsWith('.jsonl')).sort();
  return Promise.all(
    own.slice(0, 50).map(async (file) => ({ file, sha256: sha256(await readFile(join(folder, file))) })),
  );
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
