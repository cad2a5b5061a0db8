import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';
import { git, inFolder, median, repository, row, timed } from './measure.mjs';

const top = join(dirname(fileURLToPath(import.meta.url)), '..');
const rounds = 9;

/** A checkpoint of 10,000 files of which 10 have changed since the last one, beside `git status` on the same files. */
export async function checkpoint() {
  console.log('checkpoint while a brain works                        ms    ratio');
  await inFolder(async (folder) => {
    for (const [files, changed] of [
      [10_000, 10],
      [10_000, 1000],
    ]) {
      const dir = repository(join(folder, `repo-${changed}`), { files, features: 1 });
      const { save, touch, close, commit } = await session(dir, folder);
      const times = { status: [], first: [], again: [], nothing: [] };
      for (let round = 0; round <= rounds; round += 1) {
        touch(dir, changed);
        const status = timed('git', ['status', '--porcelain'], { cwd: dir });
        commit(dir);
        touch(undefined, changed);
        const first = await save();
        const nothing = await save();
        touch(undefined, 10);
        const again = await save();
        if (round > 0)
          for (const [name, ms] of Object.entries({ status, first, again, nothing })) times[name].push(ms);
      }
      const base = median(times.status);
      row(`${files} files, ${changed} changed: git status`, base, base);
      row(`${files} files, ${changed} changed: checkpoint`, median(times.first), base, 'synced to the disk');
      row(`  10 more changed since the last one`, median(times.again), base);
      row(`  nothing changed since the last one`, median(times.nothing), base);
      await close();
    }
  });
}

/** A workspace of the program itself, bundled from its sources. */
async function session(dir, folder) {
  const entry = join(folder, 'entry.ts');
  const from = (name) => JSON.stringify(join(top, 'src', 'workspace', name));
  writeFileSync(
    entry,
    `export { openRepository } from ${from('repository.ts')};\nexport { openWorkspace } from ${from('open-workspace.ts')};\nexport { bringIn, commit, saveSession } from ${from('vault.ts')};\nexport { findFence } from ${from('fence.ts')};\n`,
  );
  const out = join(folder, 'bundle');
  const file = join(out, 'entry.js');
  await build({
    input: entry,
    platform: 'node',
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node20.19' },
    logLevel: 'silent',
    output: { dir: out, format: 'esm', entryFileNames: '[name].js' },
  });
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n');
  const { openRepository, openWorkspace, bringIn, commit, saveSession, findFence } = await import(
    pathToFileURL(file).href
  );
  const repo = await openRepository(dir, { cacheDir: join(folder, `cache-${Date.now()}`) });
  const base = git(dir, 'rev-parse', 'HEAD');
  await bringIn(repo, base);
  const fence = await findFence({ mode: 'none', hide: [dir], cacheRoot: repo.cacheDir, env: process.env });
  const caps = { maxFileBytes: 20_000_000, maxTotalBytes: 200_000_000 };
  const workspace = await openWorkspace(repo, { run: 'bench', session: 1, base, fence, ...caps });
  const signal = new AbortController().signal;
  const by = { name: 'Bench', email: 'bench@localhost' };
  let last = await repo.trees.treeOf(base);
  let round = 0;
  return {
    /** As the loop does it: a snapshot, and where it differs from the last one a commit under the session's ref. */
    async save() {
      const start = performance.now();
      const { tree } = await workspace.snapshot({ signal });
      if (tree !== last) {
        const made = await commit(repo, {
          tree,
          parents: [base],
          message: 'work',
          author: by,
          date: Date.now(),
        });
        await saveSession(repo, 'bench', 1, made);
      }
      last = tree;
      return performance.now() - start;
    },
    touch(where = workspace.path, count) {
      round += 1;
      for (let n = 0; n < count; n += 1) {
        mkdirSync(join(where, `d${n % 100}`), { recursive: true });
        appendFileSync(join(where, `d${n % 100}`, `f${n}.txt`), `${round}\n`);
      }
    },
    commit: (where) => git(where, 'commit', '-qam', 'more'),
    close: () => workspace[Symbol.asyncDispose](),
  };
}
