// Builds dist/: the program as code-split CommonJS, the library as ES modules, both with every dependency inside, and
// the declarations. Types are checked by `npm run types`, not here. `--if-dev`: ends 0 where the tools of development
// are not installed.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

if (process.argv.includes('--if-dev') && !(installed('typescript') && installed('rolldown'))) process.exit(0);

// Built beside dist/ and then swapped in: a build must not pull the code from under a running agentloop.
const made = join(top, 'node_modules', `.agentloop-dist-${process.pid}`);
try {
  await Promise.all([bundle(), declarations()]);
  await rm(join(top, 'dist'), { recursive: true, force: true });
  await rename(made, join(top, 'dist'));
} finally {
  await rm(made, { recursive: true, force: true });
}

async function bundle() {
  const { build } = await import('rolldown');
  const common = {
    cwd: top,
    platform: 'node',
    // The UMD build that jsonc-parser names first asks for its files at run time.
    resolve: { mainFields: ['module', 'main'] },
    tsconfig: false,
    // Lowers what Node 20 does not read, such as `using`.
    transform: { target: 'node20.19' },
    logLevel: 'warn',
  };
  const early = new Set(loadedBy('src/cli/main.ts', 'src/cli/commands/status.ts'));
  const minify = { compress: true, mangle: false, codegen: false };
  await build({
    ...common,
    input: { main: 'src/cli/main.ts' },
    preserveEntrySignatures: false,
    output: {
      dir: made,
      // The loader of ES modules and its views of fs cost a fifth of a short command on Node 20.
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'cli/[name]-[hash].cjs',
      // What every command and `status` run is one file: each further one costs most of a millisecond.
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ name: 'main', test: (id) => early.has(id), includeDependenciesRecursively: false }],
      },
      minify,
    },
  });
  await build({
    ...common,
    input: { index: 'src/index.ts' },
    output: { dir: made, format: 'esm', chunkFileNames: 'lib/[name]-[hash].js', minify },
  });
}

/** The files of ours that are loaded before these run: whatever they reach by static imports of values. */
function loadedBy(...entries) {
  const files = [];
  const open = entries.map((entry) => join(top, entry));
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.includes(file)) continue;
    files.push(file);
    const text = readFileSync(file, 'utf8').replace(/^(import|export) type [^;]*;/gm, '');
    for (const [, target] of text.matchAll(/^(?:import|export)\b[^'";]*?['"](\.[^'"]+)['"];/gm)) {
      open.push(join(dirname(file), target));
    }
  }
  return files;
}

function declarations() {
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const args = [tsc, '--project', 'tsconfig.build.json', '--outDir', join(made, 'types')];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: top, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`tsc ended with ${code}`))));
  });
}

function installed(name) {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
