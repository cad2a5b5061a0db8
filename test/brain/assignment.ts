import { join } from 'node:path';
import type { Assignment, Brain, BrainEvent } from '../../src/brain/brain.ts';
import { openTranscript } from '../../src/ledger/transcript.ts';
import { Feature } from '../../src/project/feature.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';

/** An assignment in this workspace, with a real transcript in `folder`. */
export async function assignmentIn(
  workspace: Workspace,
  folder: string,
  change: Partial<Assignment> = {},
): Promise<Assignment> {
  return {
    run: 'calm-otter',
    session: 1,
    role: 'coder',
    feature: feature('F001'),
    brief: '# Brief\n\nMake it so.\n',
    workspace,
    transcript: change.transcript ?? (await openTranscript(join(folder, 'transcript.jsonl'))),
    limits: { turns: 50, deadline: Date.now() + 60_000, idleMs: 60_000 },
    mayspend: () => undefined,
    ...change,
  };
}

export function feature(id: string): Feature {
  return Feature.parse({ id, title: `Feature ${id}`, proof: 'tests', passes: false });
}

/** The refusal of a round, as the loop hands it on. */
export function refusal(
  round: number,
  text = 'Refused: the test "adds" still fails.',
): NonNullable<Assignment['refusal']> {
  return { round, reasons: [{ code: 'proof.missing', text }], text };
}

/** Every event of one call. */
export async function eventsOf(
  brain: Brain,
  assignment: Assignment,
  signal: AbortSignal = new AbortController().signal,
): Promise<BrainEvent[]> {
  const events: BrainEvent[] = [];
  for await (const event of brain.work(assignment, signal)) events.push(event);
  return events;
}
