import type { Block } from './messages-check.ts';
import type { Say } from './messages-script.ts';

type StreamEvent = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The events of a whole answer, as the Messages API streams them. */
export function eventsOf(step: Say, content: readonly Block[], model: string, place: string): StreamEvent[] {
  const usage = {
    input_tokens: 100,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 20,
    ...step.usage,
  };
  const hasCall = content.some((block) => block.type === 'tool_use');
  const message = {
    id: `msg_${place.replace('/', '_')}`,
    type: 'message',
    role: 'assistant',
    model: step.model ?? model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const delta = {
    stop_reason: step.stop_reason ?? (hasCall ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    ...(step.stop_details ? { stop_details: step.stop_details } : {}),
  };
  return [
    { type: 'message_start', message },
    ...content.flatMap((block, index) =>
      blockEvents(block, index, index === content.length - 1 ? step.cutJson : undefined),
    ),
    { type: 'message_delta', delta, usage: { output_tokens: usage.output_tokens } },
    { type: 'message_stop' },
  ];
}

function blockEvents(block: Block, index: number, cutJson: number | undefined): StreamEvent[] {
  const start = (content_block: object) => ({ type: 'content_block_start', index, content_block });
  const delta = (change: object) => ({ type: 'content_block_delta', index, delta: change });
  const stop = { type: 'content_block_stop', index };
  if (block.type === 'text') {
    const halves = inHalves(block.text ?? '');
    return [
      start({ type: 'text', text: '' }),
      ...halves.map((words) => delta({ type: 'text_delta', text: words })),
      stop,
    ];
  }
  if (block.type === 'thinking') {
    return [
      start({ type: 'thinking', thinking: '', signature: '' }),
      ...inHalves(block.thinking ?? '').map((words) => delta({ type: 'thinking_delta', thinking: words })),
      delta({ type: 'signature_delta', signature: block.signature }),
      stop,
    ];
  }
  if (block.type !== 'tool_use') return [start(block), stop];
  const json =
    block.input && Object.keys(block.input).length === 0 ? '' : JSON.stringify(block.input).slice(0, cutJson);
  const { input: _, ...call } = block;
  return [
    start({ ...call, input: {} }),
    ...inHalves(json).map((partial_json) => delta({ type: 'input_json_delta', partial_json })),
    stop,
  ];
}

function inHalves(words: string): string[] {
  if (words === '') return [];
  const middle = Math.ceil(words.length / 2);
  return [words.slice(0, middle), words.slice(middle)].filter((half) => half !== '');
}

/** The same bytes, cut without regard for what they mean. */
export function inPieces(whole: string, bytes: number): Buffer[] {
  const buffer = Buffer.from(whole);
  const pieces: Buffer[] = [];
  for (let at = 0; at < buffer.length; at += bytes) pieces.push(buffer.subarray(at, at + bytes));
  return pieces;
}
