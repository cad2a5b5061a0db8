/** How long a response may be, in bytes: whatever stands behind a base URL must not fill our memory. */
const longest = 64 * 1024 * 1024;

export type Fetch = typeof globalThis.fetch;

/**
 * A fetch whose response may not fall silent: `onSilence` is called when nothing, not even a ping, has come for `ms`.
 * The SDK's own timeout ends with the headers, and it swallows pings, so only here can a slow stream be told from a
 * dead one.
 */
export function watchedFetch(
  fetch: Fetch,
  ms: number,
  onSilence: () => void,
): { fetch: Fetch; close(): void } {
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    clearTimeout(timer);
    timer = setTimeout(onSilence, Math.min(ms, 2 ** 31 - 1));
  };
  const close = () => clearTimeout(timer);
  return {
    close,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (!response.body) return response;
      arm();
      let bytes = 0;
      const watch = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          arm();
          bytes += chunk.byteLength;
          if (bytes > longest) controller.error(new Error(`the response is longer than ${longest} bytes`));
          else controller.enqueue(chunk);
        },
        flush: close,
      });
      const { status, statusText, headers } = response;
      return new Response(response.body.pipeThrough(watch), { status, statusText, headers });
    },
  };
}
