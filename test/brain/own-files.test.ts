import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { homePaths, ownFiles } from '../../src/brain/own-files.ts';
import { UserError } from '../../src/errors.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'own-files-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const home = join(root, 'home');
const cwd = join(home, 'repo');
for (const file of [
  'repo/agent.sh',
  'repo/agent.js',
  "repo/it's mine.sh",
  'repo/src/a.js',
  'repo/out.log',
  'repo/x.json',
  'bin/tool',
  'repo/.git/agentloop/lock',
]) {
  mkdirSync(dirname(join(home, file)), { recursive: true });
  writeFileSync(join(home, file), '');
}
symlinkSync(join(home, 'bin/tool'), join(cwd, 'linked'));
symlinkSync(join(cwd, 'src'), join(cwd, 'short'));

const own = (line: string) => ownFiles(line, { cwd, home });

describe('files of the caller are taken from where the caller stands', () => {
  test.for([
    ['./agent.sh', `${cwd}/agent.sh`, ['agent.sh']],
    ['node ./agent.js --fast', `node ${cwd}/agent.js --fast`, ['agent.js']],
    ['VAR=x ./agent.sh', `VAR=x ${cwd}/agent.sh`, ['agent.sh']],
    ['cd src && ../agent.sh', 'cd src && ../agent.sh', []],
    ['cd src&&./agent.sh|cat', `cd src&&${cwd}/agent.sh|cat`, ['agent.sh']],
    [`"./it's mine.sh" 'a b'`, `'${cwd}/it'\\''s mine.sh' 'a b'`, ["it's mine.sh"]],
    [`./it\\'s\\ mine.sh`, `'${cwd}/it'\\''s mine.sh'`, ["it's mine.sh"]],
    [
      'CONFIG=./x.json ./agent.sh --config=./x.json',
      `CONFIG=${cwd}/x.json ${cwd}/agent.sh --config=${cwd}/x.json`,
      ['x.json', 'agent.sh'],
    ],
    ['../repo/agent.sh', `${cwd}/agent.sh`, ['agent.sh']],
    [
      'llm "$(cat ./x.json)" < ./agent.js',
      `llm "$(cat ${cwd}/x.json)" < ${cwd}/agent.js`,
      ['x.json', 'agent.js'],
    ],
    // A link is named as it is, and what it leads to is needed too.
    ['./linked', `${cwd}/linked`, ['linked', '../bin/tool']],
    // A folder on the way is named without links: the fence gives paths back where they really are.
    ['./short/a.js', `${cwd}/src/a.js`, ['src/a.js']],
    // Not a word of its own, not there, or a folder: the workspace's.
    ['agent.sh', 'agent.sh', []],
    ['./missing.sh && src/a.js', './missing.sh && src/a.js', []],
    ['ls ./src ./ ..', 'ls ./src ./ ..', []],
    ['echo "see ./agent.sh" x./agent.sh', 'echo "see ./agent.sh" x./agent.sh', []],
    ['./$X ./*.sh "./agent.$X"', './$X ./*.sh "./agent.$X"', []],
    ['true # ./agent.sh', 'true # ./agent.sh', []],
    // What is written is the workspace's.
    ['./agent.sh > ./out.log 2>&1', `${cwd}/agent.sh > ./out.log 2>&1`, ['agent.sh']],
  ] as [string, string, string[]][])('%s', ([line, expected, files]) => {
    const result = own(line);
    expect(result.line).toBe(expected);
    expect(result.files).toEqual(files.map((file) => join(cwd, file)));
  });

  test('a tilde is the home of the caller, where the shell would see it', () => {
    expect(own('~/bin/tool --x').line).toBe(`${home}/bin/tool --x`);
    expect(own('T=~/bin/tool x').line).toBe(`T=${home}/bin/tool x`);
    expect(own('echo "~/bin/tool"')).toEqual({ line: 'echo "~/bin/tool"', files: [] });
  });

  test('an absolute file stays as it is written and is needed; an absolute folder is not', () => {
    expect(own(`python3 ${home}/bin/tool ${home}/bin`)).toEqual({
      line: `python3 ${home}/bin/tool ${home}/bin`,
      files: [join(home, 'bin/tool')],
    });
  });

  test('a real shell finds the file, whatever is in its name', () => {
    const names = ["a'b", 'a b', 'a$b', 'a"b', 'a\\b', 'a;b', 'ä', 'a\nb', '-n', 'a`b`'];
    for (const name of names) {
      writeFileSync(join(cwd, name), name);
      const { line } = ownFiles(`cat './${name.replaceAll("'", `'\\''`)}'`, { cwd, home });
      expect(execFileSync('sh', ['-c', line], { cwd: '/', encoding: 'utf8' })).toBe(name);
    }
  });
});

describe('what of HOME may be given', () => {
  const forbidden = [cwd, join(home, 'repo/.git/agentloop')];
  const words = (name: string): string => {
    try {
      return homePaths([name], home, forbidden).join();
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      return (error as UserError).message;
    }
  };

  test.for([
    ['bin', `${join(home, 'bin')}`],
    ['~/bin/tool', `${join(home, 'bin/tool')}`],
    [join(home, 'bin'), `${join(home, 'bin')}`],
    ['.', `--pass-home .: that is not a path below ${home}.`],
    ['~/', `--pass-home ~/: that is not a path below ${home}.`],
    ['../elsewhere', `--pass-home ../elsewhere: that is not a path below ${home}.`],
    ['/etc', `--pass-home /etc: that is not a path below ${home}.`],
    ['.missing', `--pass-home .missing: there is no ${home}/.missing.`],
    ['repo', `--pass-home repo: ${cwd} lies in it and stays hidden.`],
    ['repo/.git', `--pass-home repo/.git: ${cwd}/.git/agentloop lies in it and stays hidden.`],
  ] as [string, string][])('%s', ([name, expected]) => {
    expect(words(name)).toBe(expected);
  });

  test('a link to a folder that holds the repository is no way round', () => {
    symlinkSync(home, join(home, 'me'));
    expect(words('me')).toBe(`--pass-home me: ${cwd} lies in it and stays hidden.`);
  });
});
