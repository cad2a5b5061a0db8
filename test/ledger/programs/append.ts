// append <file> <run> <count> <gap in ms>: appends so many events after each line of stdin, and prints how many were acknowledged in all and what came of the burst.
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { openLedger } from '../../../src/ledger/log.ts';

const [file = '', run = '', count = '', gap = ''] = process.argv.slice(2);
const ledger = await openLedger(file, { run });
let acknowledged = 0;
for await (const _line of createInterface(process.stdin)) {
  let word = 'done';
  for (let i = 0; i < Number(count) && word === 'done'; i += 1) {
    await ledger.append({ type: 'note.added', words: 'x'.repeat(100), by: 'ada@host' }).then(
      () => {
        acknowledged += 1;
      },
      (error: Error) => {
        word = error.message;
      },
    );
    if (Number(gap) > 0) await setTimeout(Number(gap));
  }
  process.stdout.write(`${acknowledged} ${word}\n`);
}
