import type { MessageCreateParamsBase, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import type { Head } from './entries.ts';

/** The server looks for a cached prefix at most 20 blocks before a marker. */
const stride = 15;
/** Of four markers the system has one and the automatic one at the end is another. */
const spareMarkers = 2;

/** A request: the frozen head and the history as they are, with markers for the cache on copies. */
export function requestOf(head: Head, messages: readonly MessageParam[]): MessageCreateParamsBase {
  return { ...head, cache_control: { type: 'ephemeral' }, messages: withMarkers(messages) };
}

/**
 * The last request was cached up to its end. When more than a stride of blocks came since, the prefix would be out of
 * sight: a marker every stride leads there. Markers are no part of the history, and the copies are thrown away.
 */
function withMarkers(messages: readonly MessageParam[]): MessageParam[] {
  const lastAnswer = messages.findLastIndex((message) => message.role === 'assistant');
  const copies = [...messages];
  if (lastAnswer < 0) return copies;
  let seen = 0;
  let placed = 0;
  for (let m = lastAnswer; m < copies.length; m += 1) {
    const message = copies[m] as MessageParam;
    if (typeof message.content === 'string') continue;
    const content = [...message.content];
    for (const [b, block] of content.entries()) {
      seen += 1;
      if (placed >= spareMarkers || seen <= stride * (placed + 1)) continue;
      // Thinking takes no marker: the next block that does gets it.
      if (block.type !== 'tool_use' && block.type !== 'tool_result' && block.type !== 'text') continue;
      content[b] = { ...block, cache_control: { type: 'ephemeral' } };
      placed += 1;
    }
    copies[m] = { ...message, content } as MessageParam;
  }
  return copies;
}
