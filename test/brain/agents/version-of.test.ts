import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askVersion, packagedVersion } from '../../../src/brain/agents/version-of.ts';
import { fenced } from '../../e2e/fenced.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'version-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = process.env['PATH'] ?? '';

async function put(file: string, text: string): Promise<string> {
  const at = join(folder, file);
  await mkdir(dirname(at), { recursive: true });
  await writeFile(at, text);
  await chmod(at, 0o755);
  return at;
}

test('a program of a package has the version of the package, and is not started for it', async () => {
  const program = await put('lib/node_modules/@x/agent/bin/run', `#!/bin/sh\ntouch ${folder}/started\n`);
  await put('lib/node_modules/@x/agent/bin/package.json', '{ "type": "module" }');
  await put('lib/node_modules/@x/agent/package.json', '{ "name": "@x/agent", "version": "2.1.328" }');
  await symlink(program, join(folder, 'agent'));
  expect(packagedVersion(join(folder, 'agent'), '@x/agent')).toBe('2.1.328');
  expect(packagedVersion(join(folder, 'agent'), '@y/agent')).toBeUndefined();
  expect(packagedVersion(join(folder, 'gone'), '@x/agent')).toBeUndefined();
  expect(await readdir(folder)).not.toContain('started');
});

test.each([
  ['2.1.328 (Claude Code)', '2.1.328'],
  ["GitHub Copilot CLI 1.0.102.\\nRun 'copilot update' to check for updates.", '1.0.102'],
  ['codex-cli 0.169.0-alpha.2', '0.169.0-alpha.2'],
])('a program that says %j has version %s', async (says, version) => {
  const program = await put('agent', `#!/bin/sh\necho "WARNING: 9.9.9" >&2\nprintf "${says}\\n"\n`);
  expect(await askVersion(program, path)).toEqual({ version });
});

test('one that does not run is told in its own words', async () => {
  const stub = await put('stub', '#!/bin/sh\necho "native binary not installed" >&2\nexit 1\n');
  expect(await askVersion(stub, path)).toEqual({ trouble: 'exit code 1: native binary not installed' });
  const mute = await put('mute', '#!/bin/sh\nexit 0\n');
  expect(await askVersion(mute, path)).toEqual({ trouble: 'exit code 0' });
});

test('it gets PATH and an empty HOME that is taken away again, and no key', async () => {
  process.env['SECRET_KEY'] = 'k-1';
  const script =
    'ls -A "$HOME" | wc -l; test -z "$SECRET_KEY" && echo none; touch "$HOME/left"; echo "$HOME"; exit 4';
  const program = await put('agent', `#!/bin/sh\n${script}\n`);
  const told = await askVersion(program, path);
  delete process.env['SECRET_KEY'];
  const home = 'trouble' in told ? told.trouble.replace('exit code 4: ', '') : '';
  expect(home).toMatch(/agentloop-ask-/);
  await expect(readdir(home)).rejects.toThrow(/ENOENT/);
});

fenced('where there is a fence it reaches no network and changes nothing', async () => {
  let calls = 0;
  const server: Server = createServer(() => {
    calls += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const call = `require('net').connect(${port},'127.0.0.1').on('error',()=>process.exit(0)).on('connect',()=>process.exit(0))`;
  const program = await put(
    'agent',
    `#!/bin/sh\nnode -e "${call}"\ntouch ${folder}/changed 2>/dev/null\necho 1.2.3\n`,
  );
  expect(await askVersion(program, path)).toEqual({ version: '1.2.3' });
  server.close();
  expect(calls).toBe(0);
  expect(await readdir(folder)).toEqual(['agent']);
});
