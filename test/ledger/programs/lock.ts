// lock <file>: at "take" tries to take the lock and prints what came of it, at "release" gives it back.
import { createInterface } from 'node:readline';
import { type Lock, takeLock } from '../../../src/ledger/lock.ts';

const [file = ''] = process.argv.slice(2);
let lock: Lock | undefined;
for await (const line of createInterface(process.stdin)) {
  if (line === 'take') {
    const word = await takeLock(file, { run: 'r1', what: 'agentloop run' }).then(
      (taken) => {
        lock = taken;
        return `won ${taken.tookOver ?? ''}`;
      },
      (error: Error) => `lost ${error.message}`,
    );
    process.stdout.write(`${word}\n`);
  } else {
    await lock?.release();
    process.stdout.write('released\n');
  }
}
