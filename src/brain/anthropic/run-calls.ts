import type { ToolUseBlock } from '@anthropic-ai/sdk/resources/messages';
import { cutEnd } from '../../hands/cut.ts';
import type { Failure } from '../brain.ts';
import { put, type Session } from './means.ts';

/**
 * Runs these calls beside each other and writes down their answers. All of them stand in the transcript before the
 * first one starts. After an abort nothing more is written: what was under way may or may not have taken effect, and
 * whoever goes on will say so. Gives a failure when no command can be run at all.
 */
export async function runCalls(
  calls: readonly ToolUseBlock[],
  session: Session,
): Promise<Failure | undefined> {
  const { means, assignment, signal, originals } = session;
  for (const { id, name } of calls) await put(session, 'tool.started', { id, name });
  const msLeft = Math.max(1, assignment.limits.deadline - means.now());
  const results = await Promise.all(
    calls.map(async ({ id, name, input }) => {
      const given = originals.has(id) ? originals.get(id) : input;
      return { id, ...(await means.hands.run({ id, name, input: given }, { signal, msLeft })) };
    }),
  );
  if (signal.aborted) return undefined;
  for (const { id, content, isError } of results)
    await put(session, 'tool.finished', { id, content, isError });
  const broken = results.find((result) => result.broken !== undefined)?.broken;
  return broken === undefined
    ? undefined
    : { kind: 'unavailable', reason: `The fence could not be put up: ${broken}` };
}

/** A call as one line for the person who watches. */
export function shownCall({ name, input }: ToolUseBlock): string {
  const given: Record<string, unknown> = typeof input === 'object' && input !== null ? { ...input } : {};
  const what = [given['command'], given['path'], given['pattern'], given['id']].find(
    (one) => typeof one === 'string',
  );
  return cutEnd(`${name} ${typeof what === 'string' ? what.replace(/\s+/g, ' ').trim() : ''}`.trim(), 160);
}
