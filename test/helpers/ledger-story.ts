import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Event, Recorded } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import { cleanPayload } from '../../src/ledger/payload.ts';
import type { State } from '../../src/ledger/state.ts';
import type { Feature } from '../../src/project/feature.ts';
import { feature as plainFeature } from './feature.ts';

/** A ledger told by hand: every event is checked by its schema and linked to the one before, as the real one is. */
export interface LedgerStory {
  readonly run: string;
  readonly events: readonly Recorded[];
  /** Adds an event, so many seconds after the one before. */
  tell(event: Event, secondsLater?: number): Recorded;
  /** The instant of the last event, in ms. */
  now(): number;
  state(): State;
  /** The lines as they stand in a file. */
  text(): string;
  /** Writes `runs/<run>/events.jsonl` and `features.json` below a state folder and gives the folder of the run. */
  write(stateDir: string, features?: readonly Feature[]): Promise<string>;
}

/** Starts a story on 2026-11-20 at 22:15 UTC. */
export function ledgerStory(run = '2026-11-20'): LedgerStory {
  const lines: string[] = [];
  const events: Recorded[] = [];
  let now = Date.UTC(2026, 10, 20, 22, 15);
  return {
    run,
    events,
    tell(event, secondsLater = 60) {
      if (events.length > 0) now += secondsLater * 1000;
      const before = lines.at(-1);
      const prev = before === undefined ? '0'.repeat(64) : createHash('sha256').update(before).digest('hex');
      const ts = new Date(now).toISOString();
      const payload = cleanPayload(event, (text) => text);
      lines.push(
        JSON.stringify({ ...payload, v: 1, seq: lines.length + 1, ts, run, type: event.type, prev }),
      );
      const recorded = JSON.parse(lines.at(-1) ?? '') as Recorded;
      events.push(recorded);
      return recorded;
    },
    now: () => now,
    state() {
      const state = fold(events);
      if (!state) throw new Error('a story begins with run.started');
      return state;
    },
    text: () => lines.map((line) => `${line}\n`).join(''),
    async write(stateDir, features) {
      const dir = join(stateDir, 'runs', run);
      await mkdir(join(dir, 'sessions'), { recursive: true });
      await writeFile(join(dir, 'events.jsonl'), this.text());
      if (features) await writeFile(join(dir, 'features.json'), JSON.stringify({ features }));
      return dir;
    },
  };
}

/** A git object id that is easy to recognise: `sha('a1')` is a1a1a1… */
export function sha(digits: string): string {
  return digits.repeat(40).slice(0, 40);
}

/** A feature under this title. */
export function feature(id: string, title: string, more: Partial<Feature> = {}): Feature {
  return plainFeature(id, { title, ...more });
}

/** The first event of a run. */
export function runStarted(more: object = {}): Event {
  return {
    type: 'run.started',
    kind: 'run',
    version: '0.1.0',
    by: 'ada@desk',
    pid: 4242,
    base: sha('ba'),
    baseRef: 'main',
    branch: 'agentloop/2026-11-20',
    brain: 'anthropic',
    model: 'claude-sonnet-5',
    fence: 'bubblewrap',
    config: sha('cf'),
    ...more,
  };
}

/** Limits with the defaults of the config. */
export function limitsSet(more: object = {}): Event {
  return {
    type: 'limits.set',
    limits: {
      sessionTurns: 200,
      sessionMs: 3_600_000,
      idleMs: 600_000,
      refusalsPerSession: 2,
      sessionsPerFeature: 3,
      noProgressSessions: 12,
      backoffMs: 60_000,
      unavailableTries: 3,
      ...more,
    },
  };
}

/** A session on a feature begins. */
export function sessionStarted(session: number, id: string, more: object = {}): Event {
  const brief = 'b'.repeat(64);
  return {
    type: 'session.started',
    session,
    feature: id,
    role: 'coder',
    brain: 'anthropic',
    base: sha('ba'),
    brief,
    ...more,
  };
}
