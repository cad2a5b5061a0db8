import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentloop, eventsOf } from './cli.ts';
import { sightOf, untidy } from './sight.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

const run = (dir: string, ...more: string[]) =>
  agentloop(dir, ['run', '--name', 'night', '--brain', `command:${honest}`, ...more]);

describe('repositories as people and CI have them', () => {
  it('a shallow clone on a detached HEAD, as CI checks out: the run lands there and can be merged', async () => {
    await using origin = await smallRepo({ red: true });
    await origin.commit('second', { 'README.md': 'second\n' });
    await using place = await folder();
    const clone = { dir: join(place.path, 'clone'), git: gitIn(join(place.path, 'clone')) };
    await gitIn(place.path)('clone', '-q', '--depth', '1', `file://${origin.dir}`, 'clone');
    await clone.git('checkout', '-q', '--detach');
    const before = await sightOf(clone);
    const ran = await run(clone.dir);
    expect(ran.code, ran.err).toBe(0);
    expect(await sightOf(clone)).toEqual(before);
    expect(await clone.git('rev-parse', '--is-shallow-repository')).toBe('true');
    expect(await clone.git('log', '--format=%s', 'agentloop/night')).toBe('F001: Add two numbers\nsecond');
    await clone.git('fsck', '--no-dangling');
    await clone.git('merge', '-q', '--ff-only', 'agentloop/night');
    expect(existsSync(join(clone.dir, 'src', 'sum.js'))).toBe(true);
  });

  it('a linked worktree, from a subfolder: its branch is the base, the run belongs to the repository', async () => {
    await using repo = await smallRepo({ red: true });
    await using place = await folder();
    const linked = join(place.path, 'linked');
    await repo.git('worktree', 'add', '-q', '-b', 'side', linked);
    const side = gitIn(linked);
    await writeFile(join(linked, 'only-here.txt'), '');
    await side('add', '-A');
    await side('commit', '-q', '-m', 'on the side');
    const before = await sightOf(repo);
    const ran = await run(join(linked, 'src'));
    expect(ran.code, ran.err).toBe(0);
    expect(await sightOf(repo)).toEqual(before);
    expect(await side('status', '--porcelain')).toBe('');
    expect(await side('branch', '--show-current')).toBe('side');
    expect(await repo.git('log', '--format=%s', 'agentloop/night', '^main')).toBe(
      'F001: Add two numbers\non the side',
    );
    expect((await eventsOf(repo.dir, 'night'))[0]).toMatchObject({ baseRef: 'side' });
    expect((await agentloop(repo.dir, ['status'])).out).toContain('1 of 1 feature pass');
  });

  it('a dirty tree, staged changes, a stash and files nobody added are no reason to refuse, and stay as they are', async () => {
    await using repo = await smallRepo({ red: true });
    await repo.commit('a page', { 'README.md': 'A product.\n' });
    await untidy(repo);
    const sight = async () => ({
      ...(await sightOf(repo)),
      status: await repo.git('status', '--porcelain'),
      stash: await repo.git('stash', 'list', '--format=%H'),
    });
    const before = await sight();
    const ran = await run(join(repo.dir, 'test'));
    expect(ran.code, ran.err).toBe(0);
    expect(await sight()).toEqual(before);
    expect(await repo.git('show', 'agentloop/night:README.md')).toBe('A product.');
    expect(await repo.git('ls-tree', '-r', '--name-only', 'agentloop/night')).not.toMatch(/new file|staged/);
  });

  it('names with spaces, line ends, umlauts and Latin-1 bytes, executable bits and links land as they lie there', async () => {
    // `node --test` alone walks the whole tree, and Node 20 trips over a name that is not UTF-8.
    const checks = [{ name: 'tests', command: 'node --test test/*.test.js', report: 'node-test' }];
    await using repo = await smallRepo({ red: true, config: { judge: { checks } } });
    await repo.write({
      'a b.txt': 'space\n',
      'line\nend.txt': 'line end\n',
      'näh-日本.txt': 'more than ASCII\n',
      '-dash.txt': 'dash\n',
      'tool.sh': { script: '#!/bin/sh\n' },
      link: { link: 'a b.txt' },
      'bytes.bin': Buffer.from([0, 255, 13, 10, 0]),
      'crlf.txt': 'one\r\ntwo\r\n',
    });
    await writeFile(Buffer.from(`${repo.dir}/latin-\xe9.txt`, 'latin1'), 'Latin-1\n');
    await repo.commit('odd names');
    const files = [
      'a b.txt',
      'line\\nend.txt',
      'n\\303\\244h-\\346\\227\\245\\346\\234\\254.txt',
      '-dash.txt',
      'latin-\\351.txt',
    ];
    const work = [
      honest,
      ...files.map((name) => `f="./$(printf -- '${name}')"; echo more >> "$f"; cp "$f" "$f.copy"`),
      'chmod +x "a b.txt"; chmod -x tool.sh; rm link; ln -s nowhere/at-all link; ln -s src folder-link; rm crlf.txt',
    ].join('; ');
    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', `command:${work}`]);
    expect(ran.code, ran.err).toBe(0);
    expect(await sightOf(repo)).toEqual(before);
    const changed = execFileSync('git', ['diff', '--raw', '-z', '--no-renames', 'main', 'agentloop/night'], {
      cwd: repo.dir,
      encoding: 'latin1',
    });
    const found = changed
      .split('\0:')
      .map((entry) => entry.replace(/^:?(\d+) (\d+) \w+ \w+ (\w)\0/, '$1 $2 $3 ').replace(/\0$/, ''));
    const utf8 = (text: string) => Buffer.from(text).toString('latin1');
    expect(
      found.filter((entry) => !/(feature-list\.json|progress\.txt|src\/sum\.js)$/.test(entry)).sort(),
    ).toEqual(
      [
        '100644 100755 M a b.txt',
        '100644 100644 M line\nend.txt',
        `100644 100644 M ${utf8('näh-日本.txt')}`,
        '100644 100644 M -dash.txt',
        '100644 100644 M latin-\xe9.txt',
        '000000 100644 A a b.txt.copy',
        '000000 100644 A line\nend.txt.copy',
        `000000 100644 A ${utf8('näh-日本.txt.copy')}`,
        '000000 100644 A -dash.txt.copy',
        '000000 100644 A latin-\xe9.txt.copy',
        '100755 100644 M tool.sh',
        '120000 120000 M link',
        '000000 120000 A folder-link',
        '100644 000000 D crlf.txt',
      ].sort(),
    );
    expect(await repo.git('show', 'agentloop/night:link')).toBe('nowhere/at-all');
  });

  it('a submodule stays the commit it is; a change to a file of Git LFS is refused, and so is a filter on a file of ours', async () => {
    await using repo = await smallRepo({ red: true });
    const head = await repo.git('rev-parse', 'HEAD');
    await repo.write({ '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib\n' });
    await repo.git('add', '.gitmodules');
    await repo.git('update-index', '--add', '--cacheinfo', `160000,${head},lib`);
    await repo.git('commit', '-q', '-m', 'a submodule');
    const ran = await run(repo.dir);
    expect(ran.code, ran.err).toBe(0);
    expect(await repo.git('ls-tree', 'agentloop/night', 'lib')).toBe(`160000 commit ${head}\tlib`);

    await repo.git('commit', '-q', '-m', 'off again', '--allow-empty');
    await repo.write({ '.gitattributes': '*.psd filter=lfs diff=lfs merge=lfs -text\n' });
    await repo.git('add', '.gitattributes');
    await repo.git('commit', '-q', '-m', 'LFS');
    const pictures = 'touch picture.psd';
    const ran2 = await agentloop(repo.dir, [
      ...['run', '--new', '--name', 'lfs', '--max-sessions', '1'],
      ...['--brain', `command:${honest}; ${pictures}`],
    ]);
    expect(ran2.err).toContain('snapshot.filtered');
    await repo.write({ '.gitattributes': '*.txt filter=crypt\n' });
    await repo.git('commit', '-q', '-a', '-m', 'crypt');
    const refused = await agentloop(repo.dir, ['run', '--new', '--name', 'own', '--brain', 'command:true']);
    expect(refused.code).toBe(3);
    expect(refused.err).toMatch(/progress\.txt goes through the git filter "crypt"/);
    expect(existsSync(join(repo.dir, '.git', 'agentloop', 'runs', 'own'))).toBe(false);
  });

  it('a run branch that a person has checked out is left alone and said, and follows with the next run', async () => {
    await using repo = await smallRepo({ red: true });
    await repo.git('checkout', '-q', '-b', 'agentloop/night');
    const before = await sightOf(repo);
    const ran = await run(repo.dir);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.err).toContain('agentloop/night was not moved');
    expect(await sightOf(repo)).toEqual(before);
    expect(await repo.git('rev-parse', 'agentloop/night')).toBe(await repo.git('rev-parse', 'main'));
    expect((await agentloop(repo.dir, ['status'])).out).toMatch(/agentloop\/night was not moved/);
    expect((await agentloop(repo.dir, ['report'])).out).toMatch(/agentloop\/night was not moved/);

    await repo.git('checkout', '-q', 'main');
    const again = await agentloop(repo.dir, ['run', '--brain', 'command:false']);
    expect(again.code, again.err).toBe(0);
    expect(again.err).toMatch(/its branch was held back and is\s+tried again/);
    expect(await repo.git('log', '--format=%s', 'main..agentloop/night')).toBe('F001: Add two numbers');
    expect((await agentloop(repo.dir, ['status'])).out).not.toMatch(/was not moved/);
    const third = await agentloop(repo.dir, ['run', '--brain', 'command:false']);
    expect(third.code).toBe(2);
    expect(third.err).toContain('git merge agentloop/night');
  });

  it('a run branch that a person set back is not moved again, and the work is not lost', async () => {
    const features = [
      feature('F001'),
      feature('F002', { proof: 'command', verify: 'test -f two', dependsOn: ['F001'] }),
    ];
    await using repo = await smallRepo({ red: true, features });
    const brain = `command:${honest}; [ $AGENTLOOP_FEATURE = F001 ] || touch two`;
    const first = await agentloop(repo.dir, [
      'run',
      '--name',
      'night',
      '--brain',
      brain,
      '--max-sessions',
      '1',
    ]);
    expect(first.code, first.err).toBe(10);
    await repo.git('branch', '-q', '-f', 'agentloop/night', 'main');
    const second = await agentloop(repo.dir, ['run', '--brain', brain, '--max-sessions', '9']);
    expect(second.code, second.err).toBe(0);
    expect(second.err).toMatch(/agentloop\/night was moved by somebody/);
    expect(await repo.git('rev-parse', 'agentloop/night')).toBe(await repo.git('rev-parse', 'main'));
    await repo.git('branch', '-q', '-m', 'agentloop/night', 'mine');
    const third = await agentloop(repo.dir, ['run', '--brain', brain]);
    expect(third.code, third.err).toBe(0);
    expect(await repo.git('log', '--format=%s', 'main..agentloop/night')).toMatch(/^F002.*\nF001/);
  });
});

describe('places where nothing can be done say so', () => {
  it.each([
    ['a folder without a repository', async () => {}, /no git repository/],
    ['a bare repository', (dir: string) => gitIn(dir)('init', '-q', '--bare', '.'), /bare repository/],
    [
      'a repository without commits',
      (dir: string) => gitIn(dir)('init', '-q', '.'),
      /no commits yet[\s\S]*agentloop init/,
    ],
  ])('%s: exit 3 and what to do', async (_, make, words) => {
    await using place = await folder();
    await make(place.path);
    const ran = await agentloop(place.path, ['run', '--brain', 'command:true']);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(words);
    expect(ran.err).not.toMatch(/\n\s+at |bug of ours/);
  });
});

function gitIn(dir: string): (...args: string[]) => Promise<string> {
  return async (...args) =>
    execFileSync('git', args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = join(await realpath(await mkdtemp(join(tmpdir(), 'agentloop-place-'))), 'in');
  await mkdir(path);
  return { path, [Symbol.asyncDispose]: () => rm(join(path, '..'), { recursive: true, force: true }) };
}
