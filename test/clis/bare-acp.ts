import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { McpServer } from '../../src/brain/acp/talk.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly options?: readonly { readonly kind: string; readonly optionId: string }[] };
  readonly result?: {
    readonly sessionId?: string;
    readonly configOptions?: readonly { readonly id: string; readonly category?: string }[];
  };
}

/** One prompt over the Agent Client Protocol as a script would ask it; gives when it is answered, or the agent has ended. */
export async function askBare(
  { stdin, stdout }: ChildProcess,
  { cwd, server, model, text }: { cwd: string; server: McpServer; model: string | undefined; text: string },
): Promise<void> {
  const waiting = new Map<number, (message: Message) => void>();
  const send = (message: object) => stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  if (stdout === null) throw new Error('it has no stdout');
  const lines = createInterface({ input: stdout });
  const gone = new Promise<Message>((resolve) => lines.once('close', () => resolve({})));
  lines.on('line', (line) => {
    if (!line.startsWith('{')) return;
    const { id, method, params, ...rest } = JSON.parse(line) as Message;
    if (method === undefined && id !== undefined) waiting.get(id)?.(rest);
    if (method !== 'session/request_permission') return;
    const optionId = params?.options?.find(({ kind }) => kind === 'allow_once')?.optionId;
    send({ id, result: { outcome: { outcome: 'selected', optionId } } });
  });
  const ask = (id: number, method: string, params: object): Promise<Message> => {
    const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
    send({ id, method, params });
    return Promise.race([answer, gone]);
  };
  const clientCapabilities = { fs: { readTextFile: false, writeTextFile: false }, terminal: false };
  await ask(1, 'initialize', { protocolVersion: 1, clientCapabilities });
  const { result } = await ask(2, 'session/new', { cwd, mcpServers: [server] });
  const sessionId = result?.sessionId;
  const configId = result?.configOptions?.find(({ category }) => category === 'model')?.id;
  if (model !== undefined) await ask(3, 'session/set_config_option', { sessionId, configId, value: model });
  await ask(4, 'session/prompt', { sessionId, prompt: [{ type: 'text', text }] });
}
