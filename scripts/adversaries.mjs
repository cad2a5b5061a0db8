// Plays our own adversaries against the built program: every cheat must be refused, every honest solution accepted.
//   npm run adversaries                      all of them; the table of docs/judge.md must be what comes out
//   npm run adversaries -- --write           the same, and writes the table (of those chosen, their rows)
//   npm run adversaries -- vitest 'exit'     those in whose name, repository or family one of the words stands
//   npm run adversaries -- --told 'exit'     with all that was said
// Bundled first, since Node 20 does not read TypeScript.
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(top, 'node_modules', `.agentloop-adversaries-${process.pid}.mjs`);
try {
  await build({
    cwd: top,
    input: 'test/adversaries/run.ts',
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    tsconfig: false,
    // Lowers what Node 20 does not read, such as `using`.
    transform: { target: 'node20.19' },
    output: { file: bundle, format: 'esm' },
    logLevel: 'warn',
  });
  const { adversaries } = await import(pathToFileURL(bundle).href);
  process.exitCode = await adversaries(process.argv.slice(2), (line) => console.log(line));
} finally {
  await rm(bundle, { force: true });
}
