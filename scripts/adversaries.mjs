// Plays our own adversaries against the built program: every cheat must be refused, every honest solution accepted.
//   npm run adversaries                      all of them; the table of docs/judge.md must be what comes out
//   npm run adversaries -- --write           the same, and writes the table (of those chosen, their rows)
//   npm run adversaries -- vitest 'exit'     those in whose name, repository or family one of the words stands
//   npm run adversaries -- --told 'exit'     with all that was said
import { fromSource } from './from-source.mjs';

process.exitCode = await fromSource('test/adversaries/run.ts', ({ adversaries }) =>
  adversaries(process.argv.slice(2), (line) => console.log(line)),
);
