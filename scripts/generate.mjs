// Writes schema/*.json, docs/events.md and docs/config.md from the zod schemas of the source. The pages are made by
// generated.ts; it is bundled first, since Node 20 does not read TypeScript.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const bundle = join(top, 'node_modules', `.agentloop-generate-${process.pid}.mjs`);
try {
  await build({
    cwd: top,
    input: 'scripts/generated.ts',
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    tsconfig: false,
    // The pages of commands are read for their words; no command is called.
    external: /^\.\.\/commands\//,
    output: { file: bundle, format: 'esm' },
    logLevel: 'warn',
  });
  const { generated } = await import(pathToFileURL(bundle).href);
  for (const [path, text] of generated()) {
    await mkdir(join(top, dirname(path)), { recursive: true });
    await writeFile(join(top, path), text);
    console.log(path);
  }
} finally {
  await rm(bundle, { force: true });
}
