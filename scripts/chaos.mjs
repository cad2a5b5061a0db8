// Kills the built program at its effects, at random, and twice, plays it again, and compares with a run nobody killed.
//   npm run test:chaos                          ten minutes of it; ends 1 when anything was lost, left over or done twice
//   npm run test:chaos -- --minutes 60          until every single effect was a place to die, or the time is over
//   npm run test:chaos -- --seed 7              the same random kills again
//   npm run test:chaos -- --at '<points>'       one world alone, as a failure prints it
//   npm run test:chaos -- --broken no-sync      shows that it can fail: nothing is synced, and the power goes
//   npm run test:chaos -- --broken effect-first shows that it can fail: the branch moves before the ledger says so
import { fromSource } from './from-source.mjs';

process.exitCode = await fromSource('test/chaos/main.ts', ({ chaos }) =>
  chaos(process.argv.slice(2), (line) => console.log(line)),
);
