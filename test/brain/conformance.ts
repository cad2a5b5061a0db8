import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { mkdtemp, open, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Assignment, Brain, BrainEvent } from '../../src/brain/brain.ts';
import type { Claim, Handoff } from '../../src/ledger/event.ts';
import { openTranscript, type Transcript } from '../../src/ledger/transcript.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { assignmentIn, eventsOf, refusal } from './assignment.ts';

/** What a brain is to do in one round of a session, in this order. */
export interface Round {
  readonly write?: { readonly path: string; readonly content: string };
  /** Shell, run at the top of the workspace by whatever the brain runs commands with. */
  readonly run?: string;
  /** What the whole round costs. */
  readonly spends?: { readonly inputTokens: number; readonly outputTokens: number; readonly usd: number };
  readonly claim?: { readonly claim: Claim } & Handoff;
}

/** A way to make a brain that does what the rounds say. In round n + 1 the text of refusal n reads `Refusal n: …`. */
export interface Subject {
  readonly name: string;
  /** `folder` is a temp folder for files of its own. */
  brain(
    rounds: readonly Round[],
    folder: string,
  ): Promise<{ readonly brain: Brain; close?(): Promise<void> }>;
}

/** A kind of workspace. */
export interface Room {
  readonly name: string;
  /** `readOnly`: host paths its commands must be able to read. `folder`: for whatever it needs. */
  open(readOnly: readonly string[], folder: string): Promise<Workspace>;
}

const run = promisify(execFile);
/** A word that is nowhere but in the effect under test. */
const mark = 'mark-4f1d';
/** Held open by a command and its child, in a way the host can see, as long as any of them lives. */
const holdAlive = 'exec 9>alive; sleep 300 & sleep 300';

/** The promises of `Brain`, kept by every brain in every workspace. */
export function conformance(subject: Subject, room: Room): void {
  describe(`${subject.name} in a workspace ${room.name}`, () => {
    test.for(['done', 'partial', 'stuck', 'needs-human', 'no-work'] as const)(
      'the claim %s and its handoff come through',
      async (claim) => {
        const handoff = { did: 'half', learned: 'tabs here', next: 'the rest', question: 'which one?' };
        await using stage = await setStage(subject, room, [{ claim: { claim, ...handoff } }]);
        const events = await eventsOf(stage.brain, stage.assignment);
        expect(endOf(events)).toEqual({ type: 'finished', claim, handoff });
      },
    );

    test('after a refusal it goes on in the same workspace, and each round ends once', async () => {
      await using stage = await setStage(subject, room, [
        { write: { path: 'a.txt', content: 'one\n' }, claim: { claim: 'done' } },
        { run: 'cat a.txt a.txt > b.txt', claim: { claim: 'partial', did: 'more' } },
      ]);
      const first = await eventsOf(stage.brain, stage.assignment);
      const second = await eventsOf(stage.brain, refused(stage.assignment, 1));
      expect(endOf(first)).toEqual({ type: 'finished', claim: 'done', handoff: {} });
      expect(endOf(second)).toEqual({ type: 'finished', claim: 'partial', handoff: { did: 'more' } });
      expect(await readFile(join(stage.workspace.path, 'b.txt'), 'utf8')).toBe('one\none\n');
    });

    test('what is spent is told round by round, never as a sum over rounds', async () => {
      await using stage = await setStage(subject, room, [
        { spends: { inputTokens: 1000, outputTokens: 50, usd: 0.25 }, claim: { claim: 'done' } },
        { spends: { inputTokens: 30, outputTokens: 7, usd: 0.125 }, claim: { claim: 'done' } },
      ]);
      expect(stage.brain.pricing).not.toBe('free');
      const first = await eventsOf(stage.brain, stage.assignment);
      const second = await eventsOf(stage.brain, refused(stage.assignment, 1));
      expect(spentIn(first)).toEqual({ inputTokens: 1000, outputTokens: 50 });
      expect(spentIn(second)).toEqual({ inputTokens: 30, outputTokens: 7 });
    });

    test('an effect stands in the transcript before it happens', async () => {
      await using stage = await setStage(subject, room, [
        { write: { path: `${mark}.txt`, content: 'x' }, run: `cat ${mark}.txt > copy.txt` },
      ]);
      const said: { text: string; there: boolean }[] = [];
      const commands: { command: string; saidBefore: number }[] = [];
      const transcript = spy(stage.assignment.transcript, (text) => {
        said.push({ text, there: existsSync(join(stage.workspace.path, `${mark}.txt`)) });
      });
      const workspace = around(stage.workspace, (command) => {
        commands.push({ command, saidBefore: said.length });
      });
      await eventsOf(stage.brain, { ...stage.assignment, transcript, workspace });
      expect(await readFile(join(stage.workspace.path, 'copy.txt'), 'utf8')).toBe('x');
      const about = (text: string): boolean =>
        text.includes(mark) || commands.some(({ command }) => text.includes(JSON.stringify(command)));
      expect(said.find(({ text }) => about(text))).toMatchObject({ there: false });
      expect(commands.length).toBeGreaterThan(0);
      for (const { command, saidBefore } of commands) {
        const before = said.slice(0, saidBefore).filter(({ text }) => about(text));
        expect(before, `nothing was written down before ${command}`).not.toEqual([]);
      }
    });

    test('an abort ends it within 2 s, and then nothing of it is alive', async () => {
      await using stage = await setStage(subject, room, [{ run: holdAlive }]);
      const fifo = await makeFifo(stage.workspace);
      const stop = new AbortController();
      const events = eventsOf(stage.brain, stage.assignment, stop.signal);
      await heldOpen(fifo, events);
      const asked = Date.now();
      stop.abort();
      expect(endOf(await events)).toMatchObject({ type: 'failed', failure: { kind: 'interrupted' } });
      expect(Date.now() - asked).toBeLessThan(2000);
      expect(await isHeld(fifo)).toBe(false);
    });

    test('an abort before it starts lets it do nothing', async () => {
      await using stage = await setStage(subject, room, [
        { write: { path: 'a.txt', content: 'x' }, run: 'touch b.txt' },
      ]);
      const events = await eventsOf(stage.brain, stage.assignment, AbortSignal.abort());
      expect(endOf(events)).toMatchObject({ type: 'failed', failure: { kind: 'interrupted' } });
      expect(existsSync(join(stage.workspace.path, 'a.txt'))).toBe(false);
      expect(existsSync(join(stage.workspace.path, 'b.txt'))).toBe(false);
    });

    test('when its time is over it ends over the limit, and then nothing of it is alive', async () => {
      await using stage = await setStage(subject, room, [{ run: holdAlive }]);
      const fifo = await makeFifo(stage.workspace);
      const limits = { ...stage.assignment.limits, deadline: Date.now() + 1000 };
      const events = eventsOf(stage.brain, { ...stage.assignment, limits });
      await heldOpen(fifo, events);
      expect(endOf(await events)).toMatchObject({ type: 'failed', failure: { kind: 'over-limit' } });
      expect(Date.now() - limits.deadline).toBeLessThan(8000);
      expect(await isHeld(fifo)).toBe(false);
    });

    test('when no more may be spent it ends over the limit, with the words it was told', async () => {
      await using stage = await setStage(subject, room, [
        { spends: { inputTokens: 9, outputTokens: 9, usd: 1 } },
      ]);
      const mayspend = (): string => 'The cap of $5 would be passed.';
      const events = await eventsOf(stage.brain, { ...stage.assignment, mayspend });
      expect(endOf(events)).toEqual({
        type: 'failed',
        failure: { kind: 'over-limit', reason: expect.stringContaining('The cap of $5 would be passed.') },
      });
    });

    test('a workspace that breaks is told, not thrown', async () => {
      await using stage = await setStage(subject, room, [{ run: 'true' }]);
      const workspace = around(stage.workspace, () => {
        throw new Error('the disk is gone');
      });
      endOf(await eventsOf(stage.brain, { ...stage.assignment, workspace }));
    });

    test('what cannot be written down is not done', async () => {
      await using stage = await setStage(subject, room, [{ run: 'touch done.txt' }]);
      const transcript = spy(stage.assignment.transcript, () => {
        throw new Error('no space left on device');
      });
      const events = await eventsOf(stage.brain, { ...stage.assignment, transcript });
      expect(endOf(events)).toMatchObject({ type: 'failed' });
      expect(existsSync(join(stage.workspace.path, 'done.txt'))).toBe(false);
    });
  });
}

interface Stage extends AsyncDisposable {
  readonly brain: Brain;
  readonly workspace: Workspace;
  readonly assignment: Assignment;
}

async function setStage(subject: Subject, room: Room, rounds: readonly Round[]): Promise<Stage> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'conformance-')));
  const { brain, close } = await subject.brain(rounds, folder);
  const workspace = await room.open(brain.needs?.readOnly ?? [], folder);
  const transcript = await openTranscript(join(folder, 'transcript.jsonl'));
  return {
    brain,
    workspace,
    assignment: await assignmentIn(workspace, folder, { transcript }),
    async [Symbol.asyncDispose]() {
      await close?.();
      await workspace[Symbol.asyncDispose]();
      await transcript.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The one end, which is the last event. */
function endOf(events: readonly BrainEvent[]): BrainEvent | undefined {
  const ends = events.filter((event) => event.type === 'finished' || event.type === 'failed');
  expect(ends).toHaveLength(1);
  expect(events.at(-1)).toBe(ends[0]);
  return ends[0];
}

function refused(assignment: Assignment, round: number): Assignment {
  return { ...assignment, refusal: refusal(round, `Refusal ${round}: the test "adds" still fails.`) };
}

function spentIn(events: readonly BrainEvent[]): { inputTokens: number; outputTokens: number } {
  const spent = { inputTokens: 0, outputTokens: 0 };
  for (const event of events) {
    if (event.type !== 'spent') continue;
    spent.inputTokens += event.usage.inputTokens;
    spent.outputTokens += event.usage.outputTokens;
  }
  return spent;
}

/** The same workspace; `before` sees each command first, and what it throws is what running it throws. */
function around(workspace: Workspace, before: (command: string) => void): Workspace {
  return {
    path: workspace.path,
    inside: workspace.inside,
    out: workspace.out,
    exec: async (command, options) => {
      before(command);
      return await workspace.exec(command, options);
    },
    start: (command, options) => {
      before(command);
      return workspace.start(command, options);
    },
    quiet: () => workspace.quiet(),
    snapshot: () => workspace.snapshot(),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The same transcript; `before` sees what is about to be written, and what it throws is what writing throws. */
function spy(transcript: Transcript, before: (text: string) => void): Transcript {
  return {
    file: transcript.file,
    entries: transcript.entries,
    write: async (type, data, durable) => {
      before(JSON.stringify(data));
      return await transcript.write(type, data, durable);
    },
    close: () => transcript.close(),
  };
}

async function makeFifo(workspace: Workspace): Promise<string> {
  const fifo = join(workspace.path, 'alive');
  await run('mkfifo', [fifo]);
  return fifo;
}

/** Waits until a command has the FIFO open; when the brain ends without that, the test fails and says how. */
async function heldOpen(fifo: string, events: Promise<readonly BrainEvent[]>): Promise<void> {
  const opened = open(fifo, constants.O_RDONLY);
  const ended = await Promise.race([opened.then(() => undefined), events]);
  if (ended !== undefined) {
    // Lets the opening above come to its end.
    await (await open(fifo, constants.O_RDWR)).close();
    expect(ended).toBe('still working');
  }
  await (await opened).close();
}

async function isHeld(fifo: string): Promise<boolean> {
  const handle = await open(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // With nobody on the other side this is the end of the file; with somebody who is silent it fails (EAGAIN).
    await handle.read(Buffer.alloc(1), 0, 1, null);
    return false;
  } catch {
    return true;
  } finally {
    await handle.close();
  }
}
