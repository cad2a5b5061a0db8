import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { spentIn } from '../brain/anthropic/spent.ts';
import { type Consultant, consultants } from '../brain/brain.ts';
import { messageOf } from '../errors.ts';
import { openSession, spentBy } from '../ledger/state.ts';
import { readTranscript, type TranscriptEntry } from '../ledger/transcript.ts';
import type { Crew } from './crew.ts';

const fileName = new RegExp(`^(\\d+)(?:\\.(${consultants.join('|')})(?:-(\\d+))?)?\\.jsonl$`);

/** One transcript in the folder of a run. */
interface Written {
  readonly name: string;
  readonly session: number;
  readonly role: Consultant | undefined;
  /** Which of the same session and role it is, from 1. */
  readonly nth: number;
}

/**
 * Tells the ledger what transcripts know of calls whose cost it was never told: the cap holds for them too. Only the last
 * session, and who was asked for the one to come, can have been cut short in the middle of a call. A session that is
 * `asleep` will tell its own.
 */
export async function tellUntold(crew: Crew, asleep?: number): Promise<void> {
  const { state } = crew.book;
  const open = openSession(state);
  const all = (await readdir(join(crew.runDir, 'sessions')).catch(() => [] as string[])).flatMap(writtenIn);
  const late = all.filter(({ session, role }) =>
    role === undefined ? session === open?.number && session !== asleep : session >= state.sessions.length,
  );
  for (const key of new Set(late.map(groupOf))) {
    const group = late.filter((one) => groupOf(one) === key);
    const [{ session, role }] = group as [Written];
    const entries: TranscriptEntry[] = [];
    for (const one of group.toSorted((a, b) => a.nth - b.nth)) entries.push(...(await entriesOf(crew, one)));
    const feature = open?.number === session ? open.feature : undefined;
    for (const { usage, usd, model } of spentIn(entries).slice(spentBy(state, session, role).costs)) {
      await crew.book.record({
        type: 'cost.updated',
        session,
        ...(feature === undefined ? {} : { feature }),
        ...(role === undefined ? {} : { role }),
        usage,
        usd,
        ...(model === undefined ? {} : { model }),
      });
    }
  }
}

const groupOf = ({ session, role }: Written) => `${session} ${role ?? ''}`;

function writtenIn(name: string): Written[] {
  const [, session, role, nth = '1'] = fileName.exec(name) ?? [];
  if (session === undefined) return [];
  return [
    { name, session: Number(session), role: consultants.find((one) => one === role), nth: Number(nth) },
  ];
}

async function entriesOf(crew: Crew, { name, session }: Written): Promise<readonly TranscriptEntry[]> {
  try {
    return (await readTranscript(join(crew.runDir, 'sessions', name))).entries;
  } catch (error) {
    crew.watcher.say(`What session ${session} spent last is not known: ${messageOf(error)}`);
    return [];
  }
}
