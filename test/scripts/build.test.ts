import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';

const run = promisify(execFile);
const top = packageRoot();
let copy = '';

// A package of its own, so that the dist/ of this one is left alone.
beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'agentloop-build-'));
  for (const name of [
    'scripts/build.mjs',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'templates',
    'bin',
  ]) {
    await cp(join(top, name), join(copy, name), { recursive: true });
  }
});

afterEach(async () => {
  await rm(copy, { recursive: true, force: true });
});

const build = (...args: string[]): Promise<unknown> =>
  run(process.execPath, [join(copy, 'scripts/build.mjs'), ...args]);

test('without the tools of development, --if-dev is content and a plain build is not', async () => {
  await build('--if-dev');
  expect(await readdir(copy)).not.toContain('dist');
  await expect(build()).rejects.toThrow();
});

test('the bundle stands alone, finds its templates, and loads what a command needs when it is called', async () => {
  await mkdir(join(copy, 'node_modules'));
  for (const name of await readdir(join(top, 'node_modules'))) {
    if (!name.startsWith('.'))
      await symlink(join(top, 'node_modules', name), join(copy, 'node_modules', name));
  }
  await cp(join(top, 'src/project'), join(copy, 'src/project'), { recursive: true });
  await cp(join(top, 'src/ledger'), join(copy, 'src/ledger'), { recursive: true });
  for (const name of await readdir(join(top, 'src'))) {
    if (name.endsWith('.ts')) await cp(join(top, 'src', name), join(copy, 'src', name));
  }
  await mkdir(join(copy, 'src/cli/commands'), { recursive: true });
  await writeFile(join(copy, 'src/cli/commands/status.ts'), '');
  await writeFile(
    join(copy, 'src/cli/main.ts'),
    `async function main(word: string | undefined) {
       if (word === 'config') {
         const { loadConfig } = await import('../project/config-file.ts');
         console.log(loadConfig({ file: '{"limits":{"maxCost":7}}' }).config.limits.maxCost);
       } else {
         const { template } = await import('../project/templates.ts');
         console.log(template('claim/tool.md').includes('claim'));
       }
     }
     void main(process.argv[2]);`,
  );
  await writeFile(join(copy, 'src/index.ts'), `export { UserError } from './errors.ts';\n`);
  await mkdir(join(copy, 'dist'));
  await writeFile(join(copy, 'dist/stale.js'), '');

  await build('--if-dev');
  await rm(join(copy, 'node_modules'), { recursive: true });
  await rm(join(copy, 'src'), { recursive: true });

  const call = async (...args: string[]): Promise<string> =>
    (await run(process.execPath, [join(copy, 'bin/agentloop.cjs'), ...args])).stdout.trim();
  expect(await call('config')).toBe('7');
  expect(await call('template')).toBe('true');
  const made = await readdir(join(copy, 'dist'));
  expect(made).toEqual(expect.arrayContaining(['main.cjs', 'index.js', 'types']));
  expect(made).not.toContain('stale.js');
  expect(await readdir(join(copy, 'dist/types'))).toEqual(
    expect.arrayContaining(['index.d.ts', 'errors.d.ts']),
  );
});
