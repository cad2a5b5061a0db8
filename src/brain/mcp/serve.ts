import type { Readable } from 'node:stream';
import type { Result, Tool } from '../../hands/tool.ts';
import { type Asked, answerAll, codes, type Output, Refused } from './messages.ts';
import { type Offered, offeredTo } from './offered.ts';
import type { Served } from './variables.ts';

/** Versions of the protocol, the newest first: what is spoken here is the same in all of them. */
const versions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

/**
 * Speaks the Model Context Protocol over these two until whoever started us closes the first. It writes the files that
 * `served` names and nothing else. Without the library for it, which takes longer to load than all CLIs but one take to
 * ask their model: what a server of tools has to answer is five requests.
 */
export async function serve(
  served: Served,
  version: string,
  io: { readonly stdin: Readable; readonly stdout: Output },
): Promise<void> {
  const offered = offeredTo(served);
  // Calls may come together; the last one asked must be the last one done.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  await answerAll(io.stdin, io.stdout, ({ method, params }) => {
    switch (method) {
      case 'initialize':
        return greeting(params, offered, version);
      case 'ping':
        return {};
      case 'tools/list':
        return { tools: offered };
      case 'tools/call':
        return inTurn(() => call(served, offered, params));
      default:
        throw new Refused(codes.noMethod, `There is no ${method.slice(0, 100)} here.`);
    }
  });
}

function greeting(
  { protocolVersion }: Asked['params'],
  offered: readonly Offered[],
  version: string,
): object {
  const ending = offered.some(({ name }) => name === 'opinion') ? 'opinion' : 'claim';
  return {
    protocolVersion: versions.find((one) => one === protocolVersion) ?? versions[0],
    capabilities: { tools: {} },
    serverInfo: { name: 'agentloop', title: 'agentloop', version },
    instructions: `You work in one session of agentloop. Your brief says what to do. When you are finished, call \`${ending}\` once and end your turn.`,
  };
}

async function call(served: Served, offered: readonly Offered[], params: Asked['params']): Promise<object> {
  const name = String(params['name']);
  if (!offered.some((one) => one.name === name)) {
    const names = offered.map((one) => one.name).join(', ');
    throw new Refused(codes.badParams, `There is no tool "${name.slice(0, 100)}" here. There are: ${names}.`);
  }
  // What checks their input is loaded by the first call only.
  const { toolsOf } = await import('./tools.ts');
  const tool = toolsOf(served).find(({ spec }) => spec.name === name) as Tool;
  const context = { signal: new AbortController().signal, msLeft: Number.POSITIVE_INFINITY };
  return answer(await tool.run(given(params['arguments']), context));
}

/** Some models write null for what they leave out. */
function given(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input ?? {};
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function answer({ content, isError }: Result): object {
  return { content: [{ type: 'text', text: content }], ...(isError ? { isError } : {}) };
}
