import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { edit } from '../../src/hands/edit.ts';
import { bench } from './kit.ts';

test('read shows lines with their numbers', async () => {
  await using b = await bench({ 'a.txt': 'one\ntwo\r\nthree' });
  expect(await b.call('read', { path: 'a.txt' })).toEqual({
    content: '1\tone\n2\ttwo\n3\tthree',
    isError: false,
  });
  expect((await b.call('read', { path: './a.txt', offset: 2, limit: 1 })).content).toBe(
    '2\ttwo\n[lines 2 to 2 of a file of 14 bytes; go on with offset 3]',
  );
});

test('read shows at most 2,000 lines and says where to go on', async () => {
  const lines = Array.from({ length: 2500 }, (_, i) => `l${i + 1}`);
  await using b = await bench({ 'long.txt': lines.join('\n') });
  const { content } = await b.call('read', { path: 'long.txt' });
  expect(content.split('\n')).toHaveLength(2001);
  expect(content).toMatch(/2000\tl2000\n\[lines 1 to 2000 of a file of \d+ bytes; go on with offset 2001\]$/);
  expect((await b.call('read', { path: 'long.txt', offset: 2499 })).content).toBe('2499\tl2499\n2500\tl2500');
});

test('read shows at most 50 KB, and of an endless line only its start', async () => {
  await using b = await bench({
    'wide.txt': `${'x'.repeat(900)}\n`.repeat(100),
    'line.txt': `${'ä'.repeat(100_000)}\nend\n`,
  });
  const wide = (await b.call('read', { path: 'wide.txt' })).content;
  expect(Buffer.byteLength(wide)).toBeLessThan(52_000);
  expect(wide).toMatch(/go on with offset 57\]$/);
  const line = (await b.call('read', { path: 'line.txt' })).content;
  expect(line).toBe(`1\t${'ä'.repeat(2000)} [... line cut: 196000 more bytes]\n2\tend`);
});

test('read of 3 GB of nothing ends at once, and of a far line in a huge text it says so', async () => {
  await using b = await bench({ sparse: '', 'log.txt': 'first\n' });
  await truncate(join(b.workspace.path, 'sparse'), 3 * 1024 ** 3);
  expect((await b.call('read', { path: 'sparse' })).content).toMatch(
    /^sparse is a binary file of 3221225472 bytes/,
  );
  await writeFile(join(b.workspace.path, 'log.txt'), 'text '.repeat(2000));
  await truncate(join(b.workspace.path, 'log.txt'), 3 * 1024 ** 3);
  const far = await b.call('read', { path: 'log.txt', offset: 9 });
  expect(far.content).toMatch(/^\[the first 67108864 bytes were looked at, of 3221225472;/);
});

test('read tells what it cannot show', async () => {
  await using b = await bench({ 'empty.txt': '', 'two.txt': 'a\nb\n' });
  await mkdir(join(b.workspace.path, 'dir'));
  execFileSync('mkfifo', [join(b.workspace.path, 'pipe')]);
  expect(await b.call('read', { path: 'empty.txt' })).toEqual({
    content: 'empty.txt is empty.',
    isError: false,
  });
  expect(await b.call('read', { path: 'two.txt', offset: 9 })).toEqual({
    content: 'two.txt has only 2 lines.',
    isError: true,
  });
  expect((await b.call('read', { path: 'dir' })).content).toMatch(/^dir is a folder\./);
  expect((await b.call('read', { path: 'pipe' })).content).toMatch(/^pipe is not a regular file\./);
  expect((await b.call('read', { path: 'none' })).content).toMatch(/^There is no file none\..*bash/);
  expect((await b.call('read', { path: '/etc/passwd' })).content).toMatch(
    /^\/etc\/passwd is outside the workspace/,
  );
  expect((await b.call('read', { path: 'a\0b' })).content).toMatch(/NUL/);
});

test('absolute paths below the inside path are paths of the workspace', async () => {
  await using b = await bench({ 'a.txt': 'one' });
  expect((await b.call('read', { path: `${b.workspace.inside}/a.txt` })).content).toBe('1\tone');
  expect((await b.call('read', { path: `${b.workspace.inside}-not/a.txt` })).content).toMatch(
    /is outside the workspace/,
  );
  expect((await b.call('write', { path: `${b.workspace.inside}/b.txt`, content: 'two' })).isError).toBe(
    false,
  );
  expect(await b.workspace.read('b.txt')).toBe('two');
});

test('outputs of commands are read, never written', async () => {
  await using b = await bench();
  await writeFile(join(b.workspace.out.path, 'bash-1.txt'), 'all of it');
  const path = `${b.workspace.out.inside}/bash-1.txt`;
  expect((await b.call('read', { path })).content).toBe('1\tall of it');
  expect((await b.call('write', { path, content: 'x' })).isError).toBe(true);
  expect((await b.call('edit', { path, old: 'all', new: 'x' })).isError).toBe(true);
});

test('write makes files with their folders, and replaces what is there but not its mode', async () => {
  await using b = await bench({ 'run.sh': '#!/bin/sh\necho a long first version\n' });
  await chmod(join(b.workspace.path, 'run.sh'), 0o755);
  expect(await b.call('write', { path: 'src/new/a.txt', content: 'é' })).toEqual({
    content: 'Created src/new/a.txt: 2 bytes.',
    isError: false,
  });
  expect((await b.call('write', { path: 'run.sh', content: 'echo b\n' })).content).toBe(
    'Replaced run.sh: 7 bytes.',
  );
  expect(await b.workspace.read('run.sh')).toBe('echo b\n');
  expect(execFileSync(join(b.workspace.path, 'run.sh'), { shell: true, encoding: 'utf8' })).toBe('b\n');
});

test('files of the harness are not written by a coder, under any name; an initializer writes them', async () => {
  const owned = ['feature-list.json', 'AGENTS.md'];
  await using coder = await bench({ 'feature-list.json': '{}' }, { owned });
  await symlink('feature-list.json', join(coder.workspace.path, 'alias'));
  for (const path of [
    'feature-list.json',
    './feature-list.json',
    'alias',
    'src/../feature-list.json',
    'agents.md',
  ]) {
    const { content } = await coder.call('write', { path, content: 'x' });
    expect(content, path).toMatch(/(belongs to the harness|no folder src).* Nothing was written\.$/);
  }
  const edited = await coder.call('edit', { path: 'feature-list.json', old: '{}', new: '[]' });
  expect(edited.content).toMatch(/belongs to the harness/);
  expect(await coder.workspace.read('feature-list.json')).toBe('{}');
  expect((await coder.call('write', { path: 'docs/AGENTS.md', content: 'x' })).isError).toBe(false);
  await using initializer = await bench({}, { owned: [] });
  expect((await initializer.call('write', { path: 'feature-list.json', content: '{}' })).isError).toBe(false);
});

test("git's own files are left to git", async () => {
  await using b = await bench();
  expect((await b.call('write', { path: 'sub/.git/config', content: 'x' })).content).toMatch(
    /belongs to git/,
  );
  expect((await b.call('glob', { pattern: '**' })).content).toBe('No file matches.');
});

test('edit replaces the one place where a text stands', async () => {
  await using b = await bench({ 'a.js': 'let a = 1;\nlet b = 1;\n' });
  const { content } = await b.call('edit', { path: 'a.js', old: 'let b = 1;', new: "let b = '$&';" });
  expect(content).toBe('Changed a.js: line 2.');
  expect(await b.workspace.read('a.js')).toBe("let a = 1;\nlet b = '$&';\n");
});

test('edit changes nothing when the text stands nowhere, twice, or is no text', async () => {
  await using b = await bench({ 'a.js': '  let a = 1;\n  call();\n  call();\n' });
  await writeFile(join(b.workspace.path, 'latin1.txt'), Buffer.from([0x61, 0xe9, 0x0a]));
  const said = async (input: object) => (await b.call('edit', input)).content;
  expect(await said({ path: 'a.js', old: 'let a = 1;\nnext', new: 'x' })).toBe(
    'old was not found. Its first line stands on line 1, but the white space or what follows differs. ' +
      'Read the file again and copy the text exactly. Nothing was changed in a.js.',
  );
  expect(await said({ path: 'a.js', old: 'call();', new: 'x' })).toMatch(
    /^old stands 2 times \(lines 2, 3\)/,
  );
  expect(await said({ path: 'a.js', old: 'call();', new: 'call();' })).toMatch(/the same/);
  expect(await said({ path: 'none.js', old: 'a', new: 'b' })).toBe(
    'There is no file none.js. Nothing was changed.',
  );
  expect(await said({ path: 'latin1.txt', old: 'a', new: 'b' })).toMatch(/not UTF-8 text/);
  expect(await b.workspace.read('a.js')).toBe('  let a = 1;\n  call();\n  call();\n');
  expect(await said({ path: 'a.js', old: 'call();', new: 'x', replace_all: true })).toBe(
    'Changed a.js: 2 places, lines 2, 3.',
  );
});

test('a file keeps its line ends and its byte order mark', () => {
  const crlf = '\ufeffone\r\ntwo\r\nthree\r\n';
  expect(edit(crlf, 'one\ntwo', '1\n2\n3', false)).toEqual({
    text: '\ufeff1\r\n2\r\n3\r\nthree\r\n',
    lines: [1],
  });
  expect(edit('a\r\nb\n', 'a\r\nb', 'c', false)).toEqual({ text: 'c\n', lines: [1] });
});
