import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { underAll } from '../../src/workspace/under-all.ts';

/** Work that ends when its signal is aborted, or when it is told to. */
function work() {
  let done: (how: string) => void = () => undefined;
  const how = new Promise<string>((resolve) => {
    done = resolve;
  });
  const run = async (signal: AbortSignal) => {
    if (signal.aborted) return 'called off';
    signal.addEventListener('abort', () => done('called off'));
    return how;
  };
  return { run, done };
}

test('any of the signals calls the work off, also one that was aborted before', async () => {
  const [one, two] = [new AbortController(), new AbortController()];
  const first = work();
  const ending = underAll([one.signal, two.signal], first.run);
  two.abort();
  expect(await ending).toBe('called off');
  expect(await underAll([one.signal, two.signal], work().run)).toBe('called off');
});

test('a signal that lives all night is left as it was, however the work ends', async () => {
  const { signal } = new AbortController();
  const before = Object.getOwnPropertySymbols(signal).length;
  const one = work();
  const ending = underAll([signal], one.run);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  one.done('by itself');
  expect(await ending).toBe('by itself');
  await expect(underAll([signal], () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  expect(Object.getOwnPropertySymbols(signal)).toHaveLength(before);
});
