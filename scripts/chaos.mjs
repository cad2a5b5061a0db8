// Kills the built program at its effects, at random, and twice, plays it again, and compares with a run nobody killed.
//   npm run test:chaos                          ten minutes of it; ends 1 when anything was lost, left over or done twice
//   npm run test:chaos -- --minutes 60          until every single effect was a place to die, or the time is over
//   npm run test:chaos -- --seed 7              the same random kills again
//   npm run test:chaos -- --at '<points>'       one world alone, as a failure prints it
//   npm run test:chaos -- --broken no-sync      shows that it can fail: nothing is synced, and the power goes
//   npm run test:chaos -- --broken effect-first shows that it can fail: the branch moves before the ledger says so
// Bundled first, since Node 20 does not read TypeScript.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(top, 'node_modules', `.agentloop-chaos-${process.pid}.mjs`);
try {
  await build({
    cwd: top,
    input: 'test/chaos/main.ts',
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    tsconfig: false,
    // Lowers what Node 20 does not read, such as `using`.
    transform: { target: 'node20.19' },
    output: { file: bundle, format: 'esm' },
    logLevel: 'warn',
  });
  const { chaos } = await import(pathToFileURL(bundle).href);
  process.exitCode = await chaos(process.argv.slice(2), (line) => console.log(line));
} finally {
  await rm(bundle, { force: true });
}
