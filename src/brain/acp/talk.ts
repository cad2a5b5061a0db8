import { type ClientContext, client, methods, RequestError } from '@agentclientprotocol/sdk';
import { chooseIn } from './choose.ts';
import type { Heard } from './heard.ts';
import type { AcpLaunch } from './launch.ts';
import { at, textAt } from './loose.ts';
import { permissionFor } from './permission.ts';
import type { Wire } from './wire.ts';

/** The version of the protocol that is spoken here. */
const version = 1;
/** ms without an update after which a loaded conversation has been played again to its end. */
const quietMs = 50;

/** How a conversation ended. */
export type TalkEnd =
  | { readonly kind: 'answered'; readonly stopReason: string; readonly answer: unknown }
  /** `code`: of JSON-RPC, or what the agent puts there; null where it is ours. */
  | {
      readonly kind: 'trouble';
      readonly code: number | null;
      readonly message: string;
      readonly data: unknown;
    }
  /** The agent ended before it answered. */
  | { readonly kind: 'gone' };

export interface TalkInput {
  /** Top of the checkout, as the agent sees it. */
  readonly cwd: string;
  readonly mcpServers: readonly McpServer[];
  /** Name of the conversation of the round before. */
  readonly kept: string | undefined;
  /** What is said where that one goes on, and where a new one begins. */
  readonly words: { readonly goesOn: string; readonly isNew: string };
  readonly choose: AcpLaunch['choose'];
  readonly hands: 'all' | 'read-only';
  readonly heard: Heard;
  /** Writes down under which name the conversation can be found again, before the first word. */
  begun(session: string, how: 'new' | 'load' | 'resume'): Promise<void>;
  /** Tells what went another way than it was meant to. */
  tell(words: string): void;
}

/** As the protocol has it. */
export interface McpServer {
  readonly name: string;
  readonly command: string;
  readonly args: string[];
  readonly env: { readonly name: string; readonly value: string }[];
}

export interface Talk {
  /** Never rejects. */
  readonly end: Promise<TalkEnd>;
  /** Asks the agent to stop; where it has not begun there is nothing to ask. */
  cancel(): void;
}

/** One prompt to an agent and everything before it. */
export function talk(wire: Wire, input: TalkInput): Talk {
  let isCancelled = false;
  let cancel = (): void => undefined;
  const app = client({ name: 'agentloop' }).onRequest(
    methods.client.session.requestPermission,
    (params) => params,
    ({ params }) => {
      input.heard.asks(params);
      return isCancelled ? { outcome: { outcome: 'cancelled' } } : permissionFor(params, input.hands);
    },
  );
  const end = app
    .connectWith(wire.stream, async (agent) => {
      const session = await open(agent, input);
      const { id, goesOn } = session;
      cancel = () =>
        void agent.notify(methods.agent.session.cancel, { sessionId: id }).catch(() => undefined);
      if (isCancelled) return { kind: 'answered', stopReason: 'cancelled', answer: undefined } as const;
      input.heard.begin(id);
      const text = goesOn ? input.words.goesOn : input.words.isNew;
      const answer: unknown = await agent.request(methods.agent.session.prompt, {
        sessionId: id,
        prompt: [{ type: 'text', text }],
      });
      return { kind: 'answered', stopReason: textAt(answer, 'stopReason') ?? 'end_turn', answer } as const;
    })
    .catch((error: unknown) => troubleOf(error));
  return {
    end,
    cancel() {
      isCancelled = true;
      cancel();
    },
  };
}

/** A trouble that we have with it, told like one of its own. */
function ours(message: string): TalkEnd {
  return { kind: 'trouble', code: null, message, data: undefined };
}

class Ours extends Error {}

function troubleOf(error: unknown): TalkEnd {
  if (error instanceof Ours) return ours(error.message);
  if (!(error instanceof RequestError)) return { kind: 'gone' };
  return { kind: 'trouble', code: error.code, message: error.message, data: error.data };
}

async function open(agent: ClientContext, input: TalkInput): Promise<{ id: string; goesOn: boolean }> {
  const hello: unknown = await agent.request(methods.agent.initialize, {
    protocolVersion: version,
    // It has files and commands of its own, inside the fence.
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    clientInfo: { name: 'agentloop', version: '1' },
  });
  const spoken = at(hello, 'protocolVersion');
  if (spoken !== version)
    throw new Ours(`It speaks version ${String(spoken)} of the protocol, not ${version}.`);
  const { cwd, kept } = input;
  const mcpServers = [...input.mcpServers];
  const goneOn = kept === undefined ? undefined : await goOn(agent, input, kept, hello, { cwd, mcpServers });
  const answer: unknown = goneOn ?? (await agent.request(methods.agent.session.new, { cwd, mcpServers }));
  const id = goneOn === undefined ? textAt(answer, 'sessionId') : kept;
  if (id === undefined) throw new Ours('It opened a session without a name.');
  if (goneOn === undefined) await input.begun(id, 'new');
  await chooseIn(agent, id, answer, input.choose, (words, isFatal) => {
    if (isFatal) throw new Ours(words);
    input.tell(words);
  });
  return { id, goesOn: goneOn !== undefined };
}

/** Takes up the conversation of the round before; undefined where that cannot be, whatever the reason. */
async function goOn(
  agent: ClientContext,
  { heard, begun, tell }: TalkInput,
  sessionId: string,
  hello: unknown,
  where: { readonly cwd: string; readonly mcpServers: McpServer[] },
): Promise<unknown> {
  // Loading shows whether the conversation was found: it is played again. Some load one of that name that is empty.
  const loads = at(hello, 'agentCapabilities', 'loadSession') === true;
  const resumes = (at(hello, 'agentCapabilities', 'sessionCapabilities', 'resume') ?? null) !== null;
  if (!loads && !resumes) return undefined;
  try {
    const how = loads ? 'load' : 'resume';
    const answer: unknown = (await agent.request(methods.agent.session[how], { sessionId, ...where })) ?? {};
    if (loads) await playedAgain(heard);
    if (loads && heard.replayed === 0) {
      tell('The conversation of the round before was not found; a new one begins.');
      return undefined;
    }
    await begun(sessionId, how);
    return answer;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    tell(`The conversation of the round before cannot go on (${error.message}); a new one begins.`);
    return undefined;
  }
}

/** Some answer first and play the rest afterwards. */
async function playedAgain(heard: Heard): Promise<void> {
  for (let before = -1; before !== heard.replayed; ) {
    before = heard.replayed;
    await new Promise((resolve) => setTimeout(resolve, quietMs));
  }
}
