import { servedBy } from '../../brain/mcp/variables.ts';
import { UserError } from '../../errors.ts';
import type { Io } from '../io.ts';

/**
 * `agentloop mcp`: the MCP server an agent CLI starts inside a session, until its stdin ends. UserError when the
 * environment names no session: then a person called it.
 */
export async function mcp(io: Io, version: string): Promise<number> {
  const served = servedBy(io.env);
  if (served === undefined) {
    throw new UserError(
      'agentloop mcp serves an agent CLI inside a session of agentloop run, and there is no session here (AGENTLOOP_OUTCOME is not set).',
      'To work with an agent CLI: agentloop brains',
    );
  }
  await (await import('../../brain/mcp/serve.ts')).serve(served, version, io);
  return 0;
}
