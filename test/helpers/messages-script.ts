import type { ServerResponse } from 'node:http';
import { setImmediate as tick, setTimeout as wait } from 'node:timers/promises';
import type { Block, Body } from './messages-check.ts';
import type { SeenRequest } from './messages-server.ts';
import { eventsOf, inPieces } from './messages-stream.ts';

/** What a messages-server.ts answers. All of it is JSON, but for the function. */
export type Script =
  | readonly Turn[]
  | readonly { readonly when: string; readonly turns: readonly Turn[] }[]
  | ((request: SeenRequest) => Step);

/** A step, or one for each attempt at this turn; the last one holds for all further attempts. */
export type Turn = Step | readonly Step[];

export type Step =
  | Say
  /** An answer that is no stream. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  /** The connection is dropped before any header. */
  | { readonly drop: true }
  /** A stream of exactly these texts. */
  | { readonly raw: readonly string[] };

export interface Say {
  /** Ids of calls may be left out: they are made from conversation, turn and place. */
  readonly say: readonly Partial<Block>[];
  /** Default: tool_use when there is a call, else end_turn. */
  readonly stop_reason?: string;
  readonly stop_details?: object;
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly model?: string;
  /** The JSON of the last call ends after so many characters, as max_tokens ends it. */
  readonly cutJson?: number;
  /** Pings before each event. */
  readonly pings?: number;
  /** The stream comes in pieces of so many bytes: through the middle of events and of characters. */
  readonly pieces?: number;
  /** ms between one piece and the next. */
  readonly pace?: number;
  /** After so many events of the stream something goes wrong. */
  readonly fault?: Fault;
}

export interface Fault {
  readonly after: number;
  /** `cut`: the connection is reset. `end`: the stream ends as if all were well. `stall`: silence. `error`: an error event. */
  readonly how: 'cut' | 'end' | 'stall' | 'error';
  readonly error?: { readonly type: string; readonly message: string };
}

export function text(words: string): Block {
  return { type: 'text', text: words };
}
export function thinking(words: string, signature = 'c2lnbmVk'): Block {
  return { type: 'thinking', thinking: words, signature };
}
export function call(name: string, input: object, id?: string): Partial<Block> {
  return { type: 'tool_use', name, input, ...(id === undefined ? {} : { id }) };
}

/** The step for a request, with the name of its turn; a string says why there is none. */
export function stepFor(
  script: Script,
  request: SeenRequest,
  first: string,
): { step: Step; name: string } | string {
  if (typeof script === 'function') return { step: script(request), name: '' };
  let turns = script as readonly Turn[];
  let name = `turn ${request.turn}`;
  if (script.some((entry) => 'when' in entry)) {
    const played = (script as readonly { when: string; turns: readonly Turn[] }[]).find(({ when }) =>
      first.includes(when),
    );
    if (!played) return `no script is for a conversation that starts with: ${first.slice(0, 200)}`;
    turns = played.turns;
    name = `${played.when}: ${name}`;
  }
  const turn = turns[request.turn];
  if (turn === undefined) return `the script has no turn ${request.turn}`;
  const step = Array.isArray(turn) ? turn[Math.min(request.attempt, turn.length - 1)] : turn;
  return step === undefined ? `turn ${request.turn} has no steps` : { step: step as Step, name };
}

interface Exchange {
  readonly body: Body;
  readonly response: ServerResponse;
  readonly place: string;
  /** Told what was said, when all of it was sent. */
  readonly sent: (content: readonly Block[]) => void;
}

/** Streams an answer, with its faults. */
export async function answerWith(step: Say | { raw: readonly string[] }, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': `req_${exchange.place}` });
  if ('raw' in step) {
    for (const piece of step.raw) response.write(piece);
    response.end();
    return;
  }
  const content = step.say.map((block, index) =>
    withId(block, `${exchange.place.replace('/', '_')}_${index}`),
  );
  const events = eventsOf(step, content, exchange.body.model, exchange.place);
  const fault = step.fault;
  const ping = 'event: ping\ndata: {"type":"ping"}\n\n'.repeat(step.pings ?? 0);
  const whole = events
    .slice(0, fault?.after)
    .map((event) => `${ping}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  if (!fault) exchange.sent(step.cutJson === undefined ? content : withoutLastInput(content));
  for (const piece of step.pieces ? inPieces(whole.join(''), step.pieces) : whole) {
    response.write(piece);
    if (step.pace === undefined) await tick();
    else await wait(step.pace);
  }
  if (fault?.how === 'stall') return;
  if (fault?.how === 'cut') {
    // What was written must be on its way before the reset.
    await new Promise<void>((resolve) => response.write('', () => resolve()));
    response.socket?.destroy();
    return;
  }
  if (fault?.how === 'error') {
    const error = fault.error ?? { type: 'overloaded_error', message: 'Overloaded' };
    response.write(`event: error\ndata: ${JSON.stringify({ type: 'error', error })}\n\n`);
  }
  response.end();
}

function withId(block: Partial<Block>, place: string): Block {
  if (block.type !== 'tool_use') return block as Block;
  const { type, id = `toolu_${place}`, name, input } = block;
  return { type, id, name, ...(input ? { input } : {}) };
}

/** What comes back of a call that was cut off is for the client to say. */
function withoutLastInput(content: readonly Block[]): Block[] {
  return content.map((block, index) => {
    if (index < content.length - 1) return block;
    const { input: _, ...rest } = block;
    return rest;
  });
}
