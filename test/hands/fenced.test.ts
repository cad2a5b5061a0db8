import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeHands } from '../../src/hands/hands.ts';
import { type RealRoom, realRoom } from '../brain/real-room.ts';

const room = await realRoom('bubblewrap');
const bare = await realRoom('none');
afterAll(async () => {
  await room?.close();
  await bare?.close();
});

async function handsIn(place: RealRoom | undefined) {
  if (place === undefined) throw new Error('this machine has no such room');
  const workspace = await place.open([], place.home);
  const hands = makeHands(workspace, { owned: [] });
  const call = async (name: string, input: object) => {
    const context = { signal: new AbortController().signal, msLeft: 60_000 };
    return (await hands.run({ id: 'c', name, input }, context)).content;
  };
  return { workspace, call, home: place.home, [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose]() };
}

describe.skipIf(room === undefined)('hands in a real workspace, behind the fence', () => {
  test('commands and file tools see the same files under the same names', async () => {
    await using b = await handsIn(room);
    expect(b.workspace.inside).not.toBe(b.workspace.path);
    expect(await b.call('bash', { command: 'pwd; mkdir src; echo two > src/b.txt' })).toBe(
      b.workspace.inside,
    );
    expect(await b.call('read', { path: `${b.workspace.inside}/src/b.txt` })).toBe('1\ttwo');
    expect(await b.call('write', { path: 'src/c.txt', content: 'three\n' })).toMatch(/^Created src\/c\.txt/);
    expect(await b.call('bash', { command: 'cat src/*.txt' })).toBe('two\nthree');
    expect(await b.call('grep', { pattern: 'gitdir' })).toBe('No line matches.');
    expect(await b.call('grep', { pattern: 't(wo|hree)', path: 'src' })).toMatch(/src\/b\.txt:1:two/);
    expect(await b.call('glob', { pattern: '**' })).toBe('README.md\nsrc/b.txt\nsrc/c.txt');
  });

  test('a link that a command plants does not lead the harness to what the fence hides', async () => {
    await using b = await handsIn(room);
    await writeFile(join(b.home, 'secret.txt'), 'SECRET');
    await b.call('bash', {
      command: `ln -s ${b.home} home; ln -s ${b.home}/secret.txt s; ln -s /etc/passwd p`,
    });
    for (const path of ['home/secret.txt', 's', 'p', '../../etc/passwd']) {
      expect(await b.call('read', { path })).toMatch(/leads out of the workspace/);
      expect(await b.call('write', { path, content: 'x' })).toMatch(/Nothing was written/);
    }
    expect(await b.call('glob', { pattern: '**' })).toBe('README.md\nhome\np\ns');
  });

  test('the file with a whole output is read by the model in either way', async () => {
    await using b = await handsIn(room);
    const file = /all of it: (\S+)\]/.exec(await b.call('bash', { command: 'seq 1 100000' }))?.[1] ?? '';
    expect(file.startsWith(`${b.workspace.out.inside}/`)).toBe(true);
    expect(await b.call('bash', { command: `sed -n 50000p ${file}` })).toBe('50000');
    expect(await b.call('read', { path: file, offset: 70_000, limit: 1 })).toMatch(/^70000\t70000\n/);
  });

  test('a background command ends when the workspace is made quiet, and its hands know', async () => {
    await using b = await handsIn(room);
    await b.call('bash', { command: 'echo up; sleep 300', background: true });
    expect(await b.call('bash_output', { id: 'bg-1', wait_s: 20 })).toBe('up\n[bg-1 is running]');
    await b.workspace.quiet();
    expect(await b.call('bash_output', { id: 'bg-1' })).toMatch(/^\(no new output\)\n\[bg-1 has ended\]/);
  });

  test('no key and no variable of the harness is seen inside', async () => {
    process.env['ANTHROPIC_API_KEY'] = 'sk-canary-0123456789';
    try {
      await using b = await handsIn(room);
      const seen = await b.call('bash', { command: 'env; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"' });
      expect(seen).toMatch(/PATH=/);
      expect(seen).not.toMatch(/ANTHROPIC|canary/);
    } finally {
      delete process.env['ANTHROPIC_API_KEY'];
    }
  });
});

test('a folder of outputs that a command has removed is told, not thrown', async () => {
  await using b = await handsIn(bare);
  expect(await b.call('bash', { command: `rm -r ${b.workspace.out.inside}` })).toBe('(no output)');
  expect(await b.call('bash', { command: 'touch late' })).toBe(
    'The command was not run: the file for its output cannot be made. It, or a folder on the way to it, is gone.',
  );
  expect(await b.call('glob', { pattern: '*' })).toBe('README.md');
});
