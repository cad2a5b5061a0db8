// Preloaded into the harness with --expose-gc: each SIGUSR2 adds a line to a file, the bytes that are still in use when all
// garbage is gone, on the heap and in buffers outside of it.
const { appendFileSync } = require('node:fs');

const file = process.env.BENCH_LIVE_HEAP;
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  appendFileSync(file, `${heapUsed + external}\n`);
});
