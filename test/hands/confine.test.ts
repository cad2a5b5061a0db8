import { execFileSync, spawn } from 'node:child_process';
import {
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Confine, confine, type Opened, type Refusal } from '../../src/hands/confine.ts';
import { replaceContent } from '../../src/hands/write.ts';

let root: string;
let tree: string;
let outside: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'confine-')));
  tree = join(root, 'tree');
  outside = join(root, 'outside');
  await mkdir(join(tree, 'src'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(tree, 'src', 'a.txt'), 'inside');
  await writeFile(join(outside, 'secret.txt'), 'SECRET');
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
});

const split = (path: string) => path.split('/');

async function readText(confined: Confine, path: string): Promise<string> {
  const opened = await confined.read(split(path));
  if ('refused' in opened) return `refused: ${opened.refused}`;
  try {
    return await opened.handle.readFile('utf8');
  } finally {
    await opened.handle.close();
  }
}

async function put(confined: Confine, path: string, content: string): Promise<string> {
  return await fill(await confined.change(split(path), true), content);
}

async function fill(opened: Opened | Refusal, content: string): Promise<string> {
  if ('refused' in opened) return `refused: ${opened.refused}`;
  return (await replaceContent(opened, content)) ?? opened.real;
}

/** What stands outside, to the byte. */
async function outsideNow(): Promise<Record<string, string>> {
  const names = (await readdir(outside)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(outside, name), 'utf8')] as const),
    ),
  );
}

// Both ways to keep the promise: by /proc/self/fd (Linux), and by realpath where there is none.
describe.each([
  ['step by step', true],
  ['by realpath', false],
] as const)('confined %s', (_, proc) => {
  const guarded = (guard?: (real: string) => string | undefined) =>
    confine({ path: tree, inside: '/tmp/agentloop/tree' }, guard, proc);

  test('a file is read and written, and folders on the way are made', async () => {
    expect(await readText(guarded(), 'src/a.txt')).toBe('inside');
    expect(await put(guarded(), 'new/deep/b.txt', 'fresh')).toBe('new/deep/b.txt');
    expect(await readFile(join(tree, 'new/deep/b.txt'), 'utf8')).toBe('fresh');
  });

  test('a link to a folder outside leads nowhere', async () => {
    await symlink(outside, join(tree, 'door'));
    expect(await readText(guarded(), 'door/secret.txt')).toMatch(/^refused: .*leads out of the workspace/);
    expect(await put(guarded(), 'door/secret.txt', 'x')).toMatch(/^refused/);
    expect(await put(guarded(), 'door/new.txt', 'x')).toMatch(/^refused/);
    expect(await put(guarded(), 'door/sub/new.txt', 'x')).toMatch(/^refused/);
    expect(await guarded().folder(['door'])).toHaveProperty('refused');
    expect(await outsideNow()).toEqual({ 'secret.txt': 'SECRET' });
  });

  test('a link to a file outside leads nowhere, dangling or not', async () => {
    await symlink(join(outside, 'secret.txt'), join(tree, 'absolute'));
    await symlink('../outside/secret.txt', join(tree, 'relative'));
    await symlink('../../outside/new.txt', join(tree, 'src', 'dangling'));
    for (const name of ['absolute', 'relative', 'src/dangling']) {
      expect(await readText(guarded(), name)).toMatch(/^refused/);
      expect(await put(guarded(), name, 'x')).toMatch(/^refused/);
    }
    expect(await readText(guarded(), 'relative')).toMatch(/leads out of the workspace/);
    expect(await outsideNow()).toEqual({ 'secret.txt': 'SECRET' });
  });

  test('".." leads no further than to the top', async () => {
    expect(await readText(guarded(), 'src/../src/a.txt')).toBe('inside');
    expect(await readText(guarded(), '../outside/secret.txt')).toMatch(/^refused: .*leads out/);
    expect(await readText(guarded(), 'src/../../outside/secret.txt')).toMatch(/^refused: .*leads out/);
    expect(await put(guarded(), 'src/../../outside/new.txt', 'x')).toMatch(/^refused/);
    expect(await outsideNow()).toEqual({ 'secret.txt': 'SECRET' });
  });

  test('a link that stays inside is followed', async () => {
    await symlink('src', join(tree, 'lib'));
    await symlink('../src/a.txt', join(tree, 'src', 'self.txt'));
    expect(await readText(guarded(), 'lib/a.txt')).toBe('inside');
    expect(await readText(guarded(), 'src/self.txt')).toBe('inside');
    expect(await put(guarded(), 'lib/b.txt', 'two')).toBe('src/b.txt');
    expect(await put(guarded(), 'src/self.txt', 'changed')).toBe('src/a.txt');
    expect((await lstat(join(tree, 'src', 'self.txt'))).isSymbolicLink()).toBe(true);
  });

  test('links that go in circles come to an end', async () => {
    await symlink('b', join(tree, 'a'));
    await symlink('a', join(tree, 'b'));
    expect(await readText(guarded(), 'a')).toMatch(/^refused/);
  });

  test('a FIFO is refused at once and a device is never opened', async () => {
    execFileSync('mkfifo', [join(tree, 'pipe')]);
    await symlink('/dev/zero', join(tree, 'zero'));
    expect(await readText(guarded(), 'pipe')).toBe('refused: pipe is not a regular file.');
    expect(await put(guarded(), 'pipe', 'x')).toBe('refused: pipe is not a regular file.');
    expect(await readText(guarded(), 'zero')).toMatch(/^refused/);
  });

  test('a folder is no file, and a file is no folder', async () => {
    expect(await readText(guarded(), 'src')).toBe('refused: src is a folder.');
    expect(await readText(guarded(), 'src/a.txt/b')).toMatch(/^refused: .*not a folder/);
    expect(await put(guarded(), 'src/a.txt/b', 'x')).toMatch(/^refused: .*not a folder/);
    expect(await readText(guarded(), 'none.txt')).toMatch(/^refused: There is no file none.txt/);
  });

  test('a guard is asked with the place a path really leads to, and before anything is made', async () => {
    const guard = (real: string) =>
      real === 'src/a.txt' || real.startsWith('kept/') ? `${real} is kept.` : undefined;
    await symlink('src/a.txt', join(tree, 'alias'));
    expect(await put(guarded(guard), 'alias', 'x')).toBe('refused: src/a.txt is kept.');
    expect(await put(guarded(guard), 'kept/new.txt', 'x')).toBe('refused: kept/new.txt is kept.');
    expect(await readdir(tree)).toEqual(['alias', 'src']);
    expect(await readText(guarded(guard), 'alias')).toBe('inside');
  });

  test('a huge file is not read whole to change a part of it', async () => {
    await writeFile(join(tree, 'huge'), '');
    await truncate(join(tree, 'huge'), 3 * 1024 ** 3);
    expect(await guarded().change(['huge'], false)).toEqual({
      refused: expect.stringContaining('3221225472 bytes'),
    });
  });
});

describe('confined step by step', () => {
  const confined = () => confine({ path: tree, inside: '/tmp/agentloop/tree' });

  test('an absolute link to the place commands know leads to the workspace', async () => {
    await symlink('/tmp/agentloop/tree/src', join(tree, 'by-inside'));
    expect(await readText(confined(), 'by-inside/a.txt')).toBe('inside');
  });

  test('a file that has other names elsewhere is refused where its own place cannot be held', async () => {
    await link(join(outside, 'secret.txt'), join(tree, 'twin.txt'));
    const elsewhere = confine({ path: tree, inside: tree }, undefined, false);
    expect(await put(elsewhere, 'twin.txt', 'mine')).toMatch(/^refused: twin.txt has other names/);
    expect(await outsideNow()).toEqual({ 'secret.txt': 'SECRET' });
  });

  test('writing to one name of a file leaves its other names alone', async () => {
    await link(join(outside, 'secret.txt'), join(tree, 'twin.txt'));
    expect(await put(confined(), 'twin.txt', 'mine')).toBe('twin.txt');
    expect(await readFile(join(tree, 'twin.txt'), 'utf8')).toBe('mine');
    expect(await outsideNow()).toEqual({ 'secret.txt': 'SECRET' });
  });

  test('whatever is swapped meanwhile, nothing outside is read or written', async () => {
    await writeFile(join(outside, 'a.txt'), 'SECRET');
    const swapper = spawn(process.execPath, ['-e', swapping, tree, outside], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => swapper.once('exit', resolve));
    await new Promise((resolve) => swapper.stdout.once('data', resolve));
    const seen = { inside: 0, refused: 0, made: 0 };
    const until = Date.now() + 1000;
    for (let i = 0; Date.now() < until; i += 1) {
      const texts = await Promise.all(
        ['src/a.txt', 'file.txt', 'src/../src/a.txt'].map((path) => readText(confined(), path)),
      );
      const written = await Promise.all([
        put(confined(), `src/new-${i}/x`, 'W'),
        put(confined(), 'file.txt', 'inside'),
      ]);
      for (const text of texts) {
        expect(text).not.toContain('SECRET');
        if (text === 'inside') seen.inside += 1;
        else seen.refused += 1;
      }
      seen.made += written.filter((answer) => !answer.startsWith('refused')).length;
    }
    swapper.stdin.end();
    expect(await ended).toBe(0);
    expect(await outsideNow()).toEqual({ 'a.txt': 'SECRET', 'secret.txt': 'SECRET' });
    // Or the race was none.
    expect(Math.min(seen.inside, seen.refused, seen.made)).toBeGreaterThan(0);
  });
});

/** Swaps a folder and a file for links to the outside and back, as fast as it can, until its input ends. */
const swapping = `
const fs = require('node:fs');
const [tree, outside] = process.argv.slice(1);
process.chdir(tree);
let on = true;
process.stdin.on('end', () => { on = false; }).resume();
fs.writeFileSync('file.txt', 'inside');
process.stdout.write('ready');
const quietly = (act) => { try { act(); } catch {} };
(function swap() {
  for (let i = 0; i < 200; i += 1) {
    quietly(() => fs.renameSync('src', 'src-real'));
    quietly(() => fs.symlinkSync(outside, 'src'));
    quietly(() => fs.renameSync('file.txt', 'file-real'));
    quietly(() => fs.symlinkSync(outside + '/secret.txt', 'file.txt'));
    quietly(() => fs.unlinkSync('src'));
    quietly(() => fs.renameSync('src-real', 'src'));
    quietly(() => fs.unlinkSync('file.txt'));
    quietly(() => fs.renameSync('file-real', 'file.txt'));
  }
  if (on) setImmediate(swap);
})();
`;
