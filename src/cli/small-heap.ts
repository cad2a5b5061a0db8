import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the memory of a long run near what it holds: some 15 MB live, whatever the number of sessions. Left to itself
 * Node lets garbage grow to several times that, all night long, beside the model's own tools.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--semi-space-growth-factor=1');
}
