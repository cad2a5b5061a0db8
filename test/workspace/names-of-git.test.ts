import { expect, test } from 'vitest';
import { isDotGit, isDotGitModules } from '../../src/workspace/names-of-git.ts';
import { bytes, gitIn, testVault } from './vaults.ts';

const own = [
  '.git',
  '.GIT',
  '.gIt',
  '.git.',
  '.git ',
  '.git. .',
  'git~1',
  'GIT~1',
  'git~1.',
  '.git::$INDEX_ALLOCATION',
  'git~1:x',
];
const unseen = ['.g\u200cit', '\u200d.git', '.gi\u202et', '.GIT\ufeff', 'a\\.git', '.git\\hooks', 'x\\git~1'];
const fine = ['.gitignore', '.github', 'git', '.gi', 'git~2', '.git2', 'git~10', 'x.git', '..git', '.g it'];
const modules = [
  '.gitmodules',
  '.GitModules',
  '.gitmodules .',
  '.gitmodules:$DATA',
  'gitmod~1',
  'GITMOD~4',
  'gi7eba~1',
  'gi7eb~12',
  '~1234567',
  '.gitm\u200codules',
];

/** Whether git takes a name into an index under the settings of ours. */
async function refusedByGit(names: readonly string[], mode: string): Promise<string[]> {
  await using vault = await testVault({ a: '1' });
  const blob = gitIn(vault.users.dir, ['rev-parse', 'HEAD:a']).trim();
  const refused: string[] = [];
  for (const [at, name] of names.entries()) {
    const index = `${vault.room}/index-${at}`;
    const input = `${mode} ${blob}\t${bytes(name)}\0`;
    const { code } = await vault.repo.vault.answer(['update-index', '-z', '--index-info'], {
      index,
      input,
      ok: [0, 128],
    });
    const taken = await vault.repo.vault.run(['ls-files', '-z'], { index });
    if (code !== 0 || taken === '') refused.push(name);
  }
  return refused;
}

test('every name that git takes for .git is known as one, and ordinary names are not', async () => {
  const all = [...own, ...unseen, ...fine];
  const refused = await refusedByGit(all, '100644');
  const known = all.filter((name) => isDotGit(bytes(name)));
  expect(refused.filter((name) => !known.includes(name))).toEqual([]);
  expect(refused.length).toBeGreaterThan(12);
  expect(known).toEqual([...own, ...unseen]);
});

test('every link that git takes for .gitmodules is known as one', async () => {
  const all = [...modules, ...fine, 'gitmodules', 'modules'];
  const refused = await refusedByGit(all, '120000');
  const known = all.filter((name) => isDotGitModules(bytes(name)));
  expect(refused.filter((name) => !known.includes(name))).toEqual([]);
  expect(refused.length).toBeGreaterThan(5);
  expect(known.filter((name) => fine.includes(name))).toEqual([]);
});
