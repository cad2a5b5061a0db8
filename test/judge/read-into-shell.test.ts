import { describe, expect, test } from 'vitest';
import { filesReadInto, powerOver, toItsEnd } from '../../src/judge/read-into-shell.ts';
import { accepted, calc, codes, type Files, refused, world } from './world.ts';

test('the files that a text of shell reads into its shell', () => {
  expect(
    filesReadInto(
      '. ./a.sh; cd x && source "lib/b.sh"\nbash -c \'. c.env && d\'\nBASH_ENV=./e.sh bash --rcfile f.sh',
    ),
  ).toEqual(['a.sh', 'lib/b.sh', 'c.env', 'e.sh', 'f.sh']);
  expect(filesReadInto('find . -name a.sh; grep -r x . b.sh; cp a.sh .; ./c.sh; sh d.sh')).toEqual([]);
});

test('a command that reads nothing into its shell, or ends itself, is run as it is', () => {
  expect(toItsEnd('npm test || false')).toBeUndefined();
  expect(toItsEnd('. ./a.sh; if greet; then exit 0; fi; exit 1')).toBeUndefined();
  expect(toItsEnd('. ./a.sh && greet | grep -q hello')?.read(0)).toEqual({ exit: 0, cut: true });
  expect(toItsEnd('. ./a.sh')?.read(3)).toEqual({ exit: 3, cut: false });
});

describe('what has power over the shell that reads it', () => {
  test.each([
    ["trap 'exit 0' EXIT", 'ends the shell with 0'],
    ['[ -f x ] && exit 0', 'ends the shell with 0'],
    ['done() { exit; }', 'ends the shell with what came last'],
    ['exec true', 'puts another program in the place of the shell'],
    ['grep() { :; }', 'takes the place of "grep"'],
    ['function test { true; }', 'takes the place of "test"'],
    ['alias diff=true', 'changes what commands mean'],
    ['export PATH="$PWD/bin:$PATH"', 'changes where commands are found'],
  ])('%s', (line, does) => expect(powerOver(`x=1\n${line}\n`, '')).toEqual({ line: 2, does }));

  test.each([
    'set -eu',
    'greet() { echo "hello $1"; }',
    'die() { echo "$1" >&2; exit 1; }',
    'cd "$dir" || exit',
    'exec 2>&1',
    'trap \'rm -rf "$tmp"\' EXIT',
    'NODE_PATH=lib # then exit 0',
    'echo "the exit is there"',
  ])('not: %s', (line) => expect(powerOver(`${line}\n`, '')).toBeUndefined());

  test('nor what was there before', () => expect(powerOver('exit 0\n', 'exit 0\n')).toBeUndefined());
});

describe('a verify command that reads the work into its shell', () => {
  const verify = '. ./lib.sh && greet | grep -q hello';
  const rule = async (changes: Files, command = verify, base: Files = {}) => {
    await using w = await world(
      { ...calc, ...base },
      { checks: [{ name: 'quick', command: 'test -e src/calc.js', report: 'none' }] },
    );
    return await w.rule(changes, { feature: { proof: 'command', verify: command } });
  };
  const greet = 'die() { exit 1; }\ngreet() { echo hello; }\n';

  test('proves a file of functions, new or grown, in this shell or another', async () => {
    accepted(await rule({ 'lib.sh': greet }));
    accepted(await rule({ 'lib.sh': greet }, `sh -c '${verify}'`));
    accepted(await rule({ 'lib.sh': greet }, verify, { 'lib.sh': 'die() { exit 1; }\n' }));
  });

  test.each([
    ['a trap', "trap 'exit 0' EXIT\n"],
    ['an exit that no eye finds', 'e=ex; $e""it 0\n'],
    ['a grep of its own', 'greet() { :; }\ngrep() { return 0; }\n'],
  ])('is not ended by %s', async (_, text) => {
    const { reasons } = refused(await rule({ 'lib.sh': text }));
    expect(reasons.map(({ code }) => code)).toEqual(['proof.verify-cut-short']);
  });

  test('nor by a script that it starts, and that reads the work', async () => {
    const base = { 'scripts/smoke.sh': `${verify}\n` };
    accepted(await rule({ 'lib.sh': greet }, 'sh scripts/smoke.sh', base));
    const { reasons } = refused(await rule({ 'lib.sh': 'exit 0\n' }, 'sh scripts/smoke.sh', base));
    expect(reasons[0]?.text).toContain('lib.sh:1 ends the shell with 0');
  });

  test('keeps its settings, which are the base’s', async () => {
    const command = '. ./settings.env; test "$($NODE x)" = hello';
    const feature = { id: 'F001', title: 'x', proof: 'command', verify: command, passes: false };
    const base = {
      'settings.env': 'NODE=node\n',
      'feature-list.json': JSON.stringify({ version: 1, spec: 'x', features: [feature] }),
    };
    expect(codes(await rule({ 'settings.env': "NODE='echo hello #'\n", 'x.js': '' }, command, base))).toEqual(
      ['rules.edited'],
    );
  });
});
