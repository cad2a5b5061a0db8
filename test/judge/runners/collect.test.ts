import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { collect, mostReportBytes } from '../../../src/judge/runners/collect.ts';
import { clearOwn, collectOwn } from '../../../src/judge/runners/own-report.ts';

// Commands of a candidate can write where reports are read: nothing they put there may lead us elsewhere or hold us up.
let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'collect-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});
const all = () => true;

test('files are read in the order of their names; a folder that is gone holds none', async () => {
  await writeFile(join(folder, 'b.xml'), '2');
  await writeFile(join(folder, 'a.xml'), '1');
  await writeFile(join(folder, 'c.txt'), '3');
  expect(await collect(folder, (name) => name.endsWith('.xml'))).toEqual([
    { name: 'a.xml', text: '1' },
    { name: 'b.xml', text: '2' },
  ]);
  expect(await collect(join(folder, 'gone'), all)).toEqual([]);
});

test('a link is not followed, neither for a file nor for the whole folder', async () => {
  await symlink('/etc/passwd', join(folder, 'report'));
  expect(await collect(folder, all)).toEqual({ broken: expect.stringMatching(/^report is no regular file/) });
  await symlink('/etc', join(folder, 'elsewhere'));
  expect(await collect(join(folder, 'elsewhere'), (name) => name === 'passwd')).toEqual([]);
});

test('a pipe does not hold us up', async () => {
  await promisify(execFile)('mkfifo', [join(folder, 'report')]);
  expect(await collect(folder, all)).toMatchObject({ broken: expect.stringMatching(/no regular file/) });
});

test('reports together are bounded', async () => {
  await writeFile(join(folder, 'a'), '');
  await truncate(join(folder, 'a'), mostReportBytes + 1);
  expect(await collect(folder, all)).toMatchObject({ broken: expect.stringMatching(/larger than 64 MiB/) });
});

test('the report of the check itself: a file, the XML files of a folder and below it, or nothing', async () => {
  await mkdir(join(folder, 'out/deep'), { recursive: true });
  await writeFile(join(folder, 'out/a.xml'), 'A');
  await writeFile(join(folder, 'out/deep/b.xml'), 'B');
  await writeFile(join(folder, 'out/notes.txt'), 'N');
  const own = (name: string, text: string, part?: string) => ({
    name: `own-report-${name}`,
    text,
    ...(part === undefined ? {} : { part }),
  });
  expect(await collectOwn(folder, 'out/a.xml')).toEqual([own('a.xml', 'A')]);
  expect(await collectOwn(folder, 'out')).toEqual([
    own('a.xml', 'A', 'a.xml'),
    own('deep/b.xml', 'B', 'deep/b.xml'),
  ]);
  expect(await collectOwn(folder, 'gone.xml')).toEqual([]);
});

test('reports of many modules are named by a glob; what stood there before is taken away', async () => {
  for (const module of ['a', 'b', 'node_modules/c']) {
    await mkdir(join(folder, module, 'target/surefire-reports'), { recursive: true });
    await writeFile(join(folder, module, 'target/surefire-reports/TEST-x.xml'), module);
  }
  const glob = '**/target/surefire-reports/*.xml';
  const names = async () => {
    const found = await collectOwn(folder, glob);
    return 'broken' in found ? found : found.map(({ text }) => text);
  };
  expect(await names()).toEqual(['a', 'b']);
  await clearOwn(folder, glob);
  expect(await names()).toEqual([]);
});

test('a report that leads out of the checkout is broken', async () => {
  await symlink('/etc/passwd', join(folder, 'r.xml'));
  expect(await collectOwn(folder, 'r.xml')).toEqual({ broken: 'r.xml leads out of the checkout' });
});
