// Loads a module of TypeScript: bundled first, since Node 20 does not read it.
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Gives what the module exports to `use`; its bundle lies beside our packages until that has ended. */
export async function fromSource(input, use) {
  const name = basename(dirname(input));
  const bundle = join(top, 'node_modules', `.agentloop-${name}-${process.pid}.mjs`);
  try {
    await build({
      cwd: top,
      input,
      platform: 'node',
      resolve: { mainFields: ['module', 'main'] },
      tsconfig: false,
      // Lowers what Node 20 does not read, such as `using`.
      transform: { target: 'node20.19' },
      output: { file: bundle, format: 'esm' },
      logLevel: 'warn',
    });
    return await use(await import(pathToFileURL(bundle).href));
  } finally {
    await rm(bundle, { force: true });
  }
}
