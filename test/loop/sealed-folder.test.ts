import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSetting, raiseFence } from '../../src/loop/setting.ts';
import { tempRepo } from '../helpers/repo.ts';

test('the fence hides the folder of sealed tests, whether a flag or the configuration names it', async () => {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'sealed-folder-')));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const dir = join(home, 'kept');
  await mkdir(dir);
  const file = JSON.stringify({ judge: { sealed: { dir } } });
  for (const [files, flags] of [
    [{ a: '' }, { 'sealed-dir': dir }],
    [{ 'agentloop.config.json': file }, {}],
  ] as const) {
    await using repo = await tempRepo(files);
    const said: string[] = [];
    const input = {
      cwd: repo.dir,
      env: { ...process.env, XDG_CACHE_HOME: join(home, 'cache') },
      flags,
      version: '0',
      now: Date.now,
      say: (text: string) => void said.push(text),
    };
    const setting = await openSetting(input);
    expect(setting.config.judge.sealed.dir).toBe(dir);
    const fence = await raiseFence(setting, input);
    if (fence.mode === 'none') expect(said.join()).toContain('fence: none');
    else expect(fence.hidden).toContain(dir);
  }
});
