import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ownFiles, ownFolder, strangersIn } from '../../../src/judge/sealed/own-folder.ts';

let home: string;
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'own-')));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await mkdir(join(home, 'sealed/F001/test'), { recursive: true });
  await mkdir(join(home, 'repo/inside'), { recursive: true });
  await writeFile(join(home, 'sealed/F001/test/a.test.js'), 'a');
});
const where = (name: string) =>
  ownFolder(name, { from: join(home, 'repo'), home, apart: [join(home, 'repo')] });

describe('the folder of a person', () => {
  test('is found relative, below HOME and through a link', async () => {
    await symlink(join(home, 'sealed'), join(home, 'link'));
    for (const name of ['../sealed', '~/sealed', join(home, 'link')])
      expect(where(name)).toBe(join(home, 'sealed'));
  });

  test('is refused in the repository, round it, behind a link into it, and when it is not there', async () => {
    await symlink(join(home, 'repo/inside'), join(home, 'link'));
    for (const name of ['inside', '.', '../link']) expect(() => where(name)).toThrow(/lies in/);
    expect(() => where('..')).toThrow(/holds/);
    expect(() => where('../none')).toThrow(/is not there/);
  });

  test('is refused with a link or a git folder in it', async () => {
    await symlink('/etc/passwd', join(home, 'sealed/F001/test/b.test.js'));
    expect(() => where('../sealed')).toThrow(/b\.test\.js is no plain file/);
    await rm(join(home, 'sealed/F001/test/b.test.js'));
    await mkdir(join(home, 'sealed/F001/.git'));
    expect(() => where('../sealed')).toThrow(/\.git/);
  });

  test('gives the files of a feature at their paths, and none for a feature without', () => {
    const dir = join(home, 'sealed');
    expect(ownFiles(dir, 'F001')).toEqual([
      { path: 'test/a.test.js', mode: '100644', content: Buffer.from('a') },
    ]);
    expect(ownFiles(dir, 'F002')).toEqual([]);
  });

  test('that is gone does not pass for an empty one', async () => {
    await rm(join(home, 'sealed'), { recursive: true });
    expect(() => ownFiles(join(home, 'sealed'), 'F001')).toThrow(/cannot be read/);
  });

  test('tells what belongs to no feature', async () => {
    await mkdir(join(home, 'sealed/test'));
    await mkdir(join(home, 'sealed/all'));
    expect(strangersIn(join(home, 'sealed'), ['F001'])).toEqual(['test']);
  });
});
