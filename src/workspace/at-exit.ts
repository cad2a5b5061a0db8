import { endOwnAtOnce } from './sweep.ts';

const running = new Set<Promise<unknown>>();
let listens = false;

/**
 * Sees to it that a command without a fence does not outlive this process where that ends by a way of its own, such as
 * an error nobody caught. A signal gives no such chance: what it leaves is ended by the next harness.
 */
export function endAtExit(finished: Promise<unknown>): void {
  running.add(finished);
  void finished.finally(() => running.delete(finished));
  if (listens) return;
  listens = true;
  process.on('exit', () => {
    if (running.size > 0) endOwnAtOnce();
  });
}
