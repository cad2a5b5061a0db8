import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { confine } from '../../src/hands/confine.ts';
import { matches, parseGlob } from '../../src/hands/glob-match.ts';
import { walk } from '../../src/hands/walk.ts';
import { bench } from './kit.ts';

const files = {
  'src/a.ts': 'export const a = 1;\n',
  'src/deep/b.ts': "import { a } from '../a.ts';\nconst b1 = a + 41;\n",
  'src/deep/b.test.ts': 'b();\n',
  'README.md': '# a\n',
  '.github/ci.yml': 'on: push\n',
  'node_modules/dep/index.js': 'export const a = 2;\n',
  'with space/ü.txt': 'umlaut\n',
};

function globbed(pattern: string, path: string): boolean {
  const glob = parseGlob(pattern);
  if (typeof glob === 'string') throw new Error(glob);
  return matches(glob, path);
}

function triesAll(segments: readonly string[], parts: readonly string[]): boolean {
  const [segment, ...rest] = segments;
  if (segment === undefined) return parts.length === 0;
  if (segment === '**') {
    const least = rest.length === 0 ? 1 : 0;
    return (
      parts.some((_, i) => i >= least && triesAll(rest, parts.slice(i))) ||
      (rest.length === 0 && parts.length > 0)
    );
  }
  const name = new RegExp(`^${segment.replace(/\*+/g, '[^/]*').replaceAll('?', '[^/]')}$`);
  return name.test(parts[0] ?? '/') && triesAll(rest, parts.slice(1));
}

describe('glob', () => {
  test.each([
    ['*.ts', 'src/deep/b.ts', true],
    ['src/*.ts', 'src/deep/b.ts', false],
    ['src/**/*.ts', 'src/a.ts', true],
    ['src/**/*.ts', 'src/x/y/z.ts', true],
    ['**/b.*', 'b.ts', true],
    ['src/**', 'src/a/b', true],
    ['*.{ts,md}', 'README.md', true],
    ['{src,test}/{a,b}.ts', 'test/b.ts', true],
    ['{src,test}/{a,b}.ts', 'test/c.ts', false],
    ['b.[tj]s', 'b.js', true],
    ['b.[!tj]s', 'b.js', false],
    ['b.[a-m]s', 'b.js', true],
    ['[]x].a', '].a', true],
    ['?.md', 'ü.md', true],
    ['\\*.md', 'a.md', false],
    ['\\*.md', '*.md', true],
    ['a{b', 'a{b', true],
    ['./src/a.ts', 'src/a.ts', true],
    ['a.b', 'axb', false],
  ])('%s and %s: %s', (pattern, path, fits) => {
    expect(globbed(pattern, path)).toBe(fits);
  });

  test('agrees with a matcher that simply tries everything', () => {
    const pieces = fc.array(fc.constantFrom('a', 'b', '*', '?', '/', '/**/'), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(pieces, fc.stringMatching(/^[ab]{1,3}(\/[ab]{1,3}){0,3}$/), (given, path) => {
        const pattern = `a/${given.join('')}`.replace(/\/+/g, '/').replace(/\/$/, '');
        fc.pre(pattern.includes('/'));
        expect(globbed(pattern, path), pattern).toBe(triesAll(pattern.split('/'), path.split('/')));
      }),
      { seed: 7, numRuns: 3000 },
    );
  });

  test('no pattern takes long', () => {
    const began = performance.now();
    expect(globbed(`${'*a'.repeat(200)}b`, 'a'.repeat(2000))).toBe(false);
    expect(globbed(`${'**/a/'.repeat(100)}b`, 'a/'.repeat(1000))).toBe(false);
    expect(parseGlob('{a,b}'.repeat(20))).toMatch(/more than 100 alternatives/);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test('finds files, sorted, without what tools put there', async () => {
    await using b = await bench(files);
    await symlink('/etc', join(b.workspace.path, 'out'));
    const found = async (input: object) => (await b.call('glob', input)).content.split('\n');
    expect(await found({ pattern: '*.ts' })).toEqual(['src/a.ts', 'src/deep/b.test.ts', 'src/deep/b.ts']);
    expect(await found({ pattern: 'src/**/b*.ts', path: '' })).toEqual([
      'src/deep/b.test.ts',
      'src/deep/b.ts',
    ]);
    expect(await found({ pattern: 'deep/*.ts', path: 'src' })).toEqual([
      'src/deep/b.test.ts',
      'src/deep/b.ts',
    ]);
    expect(await found({ pattern: 'src/*.ts', path: 'src' })).toEqual(['src/a.ts']);
    expect(await found({ pattern: '*', path: 'node_modules' })).toEqual(['node_modules/dep/index.js']);
    expect(await found({ pattern: 'out' })).toEqual(['out']);
    expect(await found({ pattern: 'out/**' })).toEqual(['No file matches.']);
    expect(await found({ pattern: '*.py' })).toEqual(['No file matches.']);
    expect(await found({ pattern: '*', path: '../' })).toEqual([
      expect.stringContaining('leads out of the workspace'),
    ]);
  });

  test('walks within its limits and says which one ended it', async () => {
    await using b = await bench(files);
    const tree = confine({ path: b.workspace.path, inside: b.workspace.path });
    const { signal } = new AbortController();
    const limits = { entries: 3, depth: 40, time: 10_000 };
    expect(await walk(tree, [], { signal, limits })).toMatchObject({
      cut: 'only the first 3 entries were looked at',
    });
    const shallow = await walk(tree, [], { signal, limits: { ...limits, entries: 100, depth: 2 } });
    expect(shallow).toMatchObject({ cut: 'folders deeper than 2 were left out' });
    expect(shallow).toHaveProperty('files', expect.not.arrayContaining(['src/deep/b.ts']));
    expect(shallow).toHaveProperty(
      'files',
      expect.arrayContaining(['README.md', 'src/a.ts', 'with space/ü.txt']),
    );
    let clock = 0;
    const slow = await walk(tree, [], { signal, now: () => (clock += 4_000) });
    expect(slow).toMatchObject({ cut: 'it was ended after 10 s' });
  });
});

describe('grep', () => {
  test('answers path:line:text for the lines that match', async () => {
    await using b = await bench(files);
    const found = async (input: object) => (await b.call('grep', input)).content.split('\n').sort();
    expect(await found({ pattern: 'a = \\d' })).toEqual(['src/a.ts:1:export const a = 1;']);
    expect(await found({ pattern: '(?<=a )\\+', path: 'src' })).toEqual([
      'src/deep/b.ts:2:const b1 = a + 41;',
    ]);
    expect(await found({ pattern: 'UMLAUT', ignore_case: true })).toEqual(['with space/ü.txt:1:umlaut']);
    expect(await found({ pattern: 'b|a', glob: '*.md' })).toEqual(['README.md:1:# a']);
    expect(await found({ pattern: 'b', glob: 'src/deep/*.test.ts' })).toEqual(['src/deep/b.test.ts:1:b();']);
    expect(await found({ pattern: '=', path: 'node_modules' })).toEqual([
      'node_modules/dep/index.js:1:export const a = 2;',
    ]);
    expect(await found({ pattern: 'b1', path: 'src/deep/b.ts' })).toEqual([
      'src/deep/b.ts:2:const b1 = a + 41;',
    ]);
    expect(await found({ pattern: 'nowhere' })).toEqual(['No line matches.']);
  });

  test('takes quotes, dollars and leading dashes as they are, and runs nothing of them', async () => {
    await using b = await bench({ 'a.txt': "it's $HOME `x` -e $(touch pwned)\n" });
    for (const pattern of ["it's", '\\$HOME', '`x`', '-e', '\\$\\(touch pwned\\)', "'; touch pwned; '"]) {
      const { content } = await b.call('grep', { pattern });
      expect(content, pattern).toMatch(pattern.includes(';') ? /^No line matches/ : /^a\.txt:1:it's/);
    }
    const odd = await b.call('grep', { pattern: 'it', path: "'; touch pwned; '" });
    expect(odd.content).toBe('No line matches.');
    expect((await b.call('glob', { pattern: '*' })).content).toBe('a.txt');
  });

  test('shows so many lines and no more, each cut', async () => {
    await using b = await bench({ 'a.txt': 'hit\n'.repeat(5000), 'long.txt': `wide ${'x'.repeat(9000)}\n` });
    const { content } = await b.call('grep', { pattern: 'hit', limit: 3 });
    expect(content).toBe(
      'a.txt:1:hit\na.txt:2:hit\na.txt:3:hit\n[more than the 3 lines shown match: narrow the search]',
    );
    const wide = (await b.call('grep', { pattern: 'wide' })).content;
    expect(wide).toMatch(/^long.txt:1:wide x{493} \[\.\.\. cut: 8507 more characters\]$/);
  });

  test('a wrong expression is told in the words of grep', async () => {
    await using b = await bench(files);
    const { content, isError } = await b.call('grep', { pattern: '(a' });
    expect(isError).toBe(true);
    expect(content).toMatch(/^grep: /);
    expect((await b.call('grep', { pattern: 'a\nb' })).content).toMatch(/"pattern": one line/);
  });

  test('an expression that never comes to an end is ended with its process', async () => {
    await using b = await bench();
    await mkdir(join(b.workspace.path, 'd'));
    await writeFile(join(b.workspace.path, 'd', 'a.txt'), `${'a'.repeat(5000)}!\n`.repeat(200));
    const began = Date.now();
    const { content } = await b.call('grep', { pattern: '^(a|aa)+(b|\\1)+$', path: 'd' }, { msLeft: 400 });
    expect(content).toMatch(/^(No line matches\.|grep: )/);
    expect(Date.now() - began).toBeLessThan(4000);
  });
});
