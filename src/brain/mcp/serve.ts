import { once } from 'node:events';
import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Result, Tool } from '../../hands/tool.ts';
import { toolsOf } from './tools.ts';
import type { Served } from './variables.ts';

/**
 * Speaks the Model Context Protocol over our stdin and stdout until whoever started us closes them. It writes the files
 * that `served` names and nothing else.
 */
export async function serve(served: Served, version: string): Promise<void> {
  const tools = toolsOf(served);
  const closed = Promise.race([once(process.stdin, 'end'), once(process.stdin, 'close')]).catch(
    () => undefined,
  );
  const handle = serveStdio(() => serverOf(tools, version));
  await closed;
  await handle.close();
}

function serverOf(tools: readonly Tool[], version: string): Server {
  // Calls may come together; the last one asked must be the last one done.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const server = new Server(
    { name: 'agentloop', title: 'agentloop', version },
    { capabilities: { tools: {} }, instructions: instructionsOf(tools) },
  );
  server.setRequestHandler('tools/list', () => ({ tools: tools.map(listed) }));
  server.setRequestHandler('tools/call', async ({ params }, { mcpReq }) => {
    const tool = tools.find(({ spec }) => spec.name === params.name);
    if (tool === undefined) {
      const names = tools.map(({ spec }) => spec.name).join(', ');
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `There is no tool "${params.name.slice(0, 100)}" here. There are: ${names}.`,
      );
    }
    const context = { signal: mcpReq.signal, msLeft: Number.POSITIVE_INFINITY };
    return answer(await inTurn(() => tool.run(given(params.arguments), context)));
  });
  return server;
}

function instructionsOf(tools: readonly Tool[]): string {
  const ending = tools.some(({ spec }) => spec.name === 'opinion') ? 'opinion' : 'claim';
  return `You work in one session of agentloop. Your brief says what to do. When you are finished, call \`${ending}\` once and end your turn.`;
}

function listed({ spec, effect }: Tool) {
  const { name, description, input_schema } = spec;
  // Many programs ask a person before a call that is not known to do no harm, and there is nobody here to ask.
  const annotations = { readOnlyHint: effect === 'reads', destructiveHint: false, openWorldHint: false };
  return { name, description, inputSchema: input_schema, annotations };
}

/** Some models write null for what they leave out. */
function given(input: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function answer({ content, isError }: Result) {
  return { content: [{ type: 'text' as const, text: content }], ...(isError ? { isError } : {}) };
}
