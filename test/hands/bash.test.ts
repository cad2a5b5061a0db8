import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makeHands } from '../../src/hands/hands.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { bench } from './kit.ts';

test('bash shows output and exit code; success without output is told too', async () => {
  await using b = await bench();
  expect(await b.call('bash', { command: 'echo out; echo err >&2; exit 3' })).toEqual({
    content: expect.stringMatching(/^(out\nerr|err\nout)\n\[exit code 3\]$/),
    isError: true,
  });
  expect(await b.call('bash', { command: 'true' })).toEqual({ content: '(no output)', isError: false });
  expect((await b.call('bash', { command: 'kill -9 $$' })).content).toBe(
    '(no output)\n[ended by signal SIGKILL]',
  );
});

test('bash is bash where there is one, with quotes and newlines as they were written', async () => {
  await using b = await bench();
  const command = `x='it'"'"'s'\n[[ $x == it* ]] && echo "$x" \\\n  'a  b'`;
  expect((await b.call('bash', { command })).content).toBe("it's a  b");
});

test('the environment of commands holds nothing of the harness', async () => {
  process.env['ANTHROPIC_API_KEY'] = 'sk-canary';
  try {
    await using b = await bench();
    expect((await b.call('bash', { command: 'env' })).content).not.toMatch(/ANTHROPIC|canary/);
  } finally {
    delete process.env['ANTHROPIC_API_KEY'];
  }
});

test('colours and control characters are not shown', async () => {
  await using b = await bench();
  const { content } = await b.call('bash', {
    command: "printf '\\033[31mred\\033[0m\\a\\000 10%%\\r20%%\\r\\n'",
  });
  expect(content).toBe('red 10%\n20%');
});

test('of a long output head and tail are shown, and the file that has all of it is named and readable', async () => {
  await using b = await bench();
  const { content } = await b.call('bash', { command: 'seq 1 100000' });
  expect(Buffer.byteLength(content)).toBeLessThan(52_000);
  expect(content.split('\n').length).toBeLessThanOrEqual(2_003);
  expect(content).toMatch(/^1\n2\n/);
  const file =
    /\n100000\n\[588895 bytes of output, the middle left out here; all of it: (\S+)\]$/.exec(content)?.[1] ??
    '';
  expect((await b.call('read', { path: file, offset: 50_000, limit: 1 })).content).toMatch(/^50000\t50000\n/);
});

test('of many short lines no more than 2,000 are shown', async () => {
  await using b = await bench();
  const lines = (await b.call('bash', { command: 'seq 1 5000' })).content.split('\n');
  expect(lines).toHaveLength(2_002);
  expect(lines[1000]).toBe('[... 3000 lines left out here ...]');
  expect(lines.at(-1)).toMatch(/^\[23893 bytes of output, the middle left out here; all of it: /);
});

test('an output that is shown whole leaves no file behind', async () => {
  await using b = await bench();
  await b.call('bash', { command: 'echo short' });
  expect(await readdir(b.workspace.out.path)).toEqual([]);
});

test('a command ends at its time limit and at the end of the session, and says at which', async () => {
  await using b = await bench();
  const limit = await b.call('bash', { command: 'echo first; sleep 60', timeout_s: 1 });
  expect(limit.content).toMatch(/^first\n\[ended at its time limit of 1 s: /);
  const session = await b.call('bash', { command: 'sleep 60' }, { msLeft: 200 });
  expect(session.content).toMatch(/^\(no output\)\n\[ended at its time limit/);
});

test('an input that does not fit is answered with a sentence, and nothing is run', async () => {
  await using b = await bench();
  const said = async (input: object) => (await b.call('bash', input)).content;
  expect(await said({ command: 'touch a', timeout_s: 900 })).toBe(
    'This input does not fit bash: "timeout_s": Too big: expected number to be <=600. ' +
      'It takes {command, timeout_s?, background?}. Nothing was done.',
  );
  expect(await said({ cmd: 'touch a' })).toMatch(/"command": .*string.*Unrecognized key: "cmd"/);
  expect(await said({ command: `touch a; ${'#'.repeat(100_000)}` })).toMatch(/write a script file/);
  expect((await b.call('rm', {})).content).toMatch(/^There is no tool rm\. There are: bash, bash_output, /);
  expect(await readdir(b.workspace.path)).toEqual([]);
});

test('a background command is seen, waited for and ended', async () => {
  await using b = await bench();
  const started = await b.call('bash', {
    command: 'echo ready; read x < /dev/null; sleep 60',
    background: true,
  });
  expect(started.content).toMatch(/^Started in the background as bg-1\. /);
  expect((await b.call('bash_output', { id: 'bg-1', wait_s: 10 })).content).toBe('ready\n[bg-1 is running]');
  expect((await b.call('bash_output', { id: 'bg-1' })).content).toBe('(no new output)\n[bg-1 is running]');
  expect((await b.call('bash_kill', { id: 'bg-1' })).content).toBe(
    '(no new output)\n[bg-1 has ended]\n[ended by the harness]',
  );
  await b.call('bash', { command: 'echo bye; exit 4', background: true });
  const texts: string[] = [];
  for (let i = 0; i < 50 && !texts.at(-1)?.includes('has ended'); i += 1) {
    texts.push((await b.call('bash_output', { id: 'bg-2', wait_s: 1 })).content);
  }
  expect(texts.join('\n')).toMatch(/bye\n(.*\n)*\[bg-2 has ended\]\n\[exit code 4\]$/);
  expect((await b.call('bash_output', { id: 'bg-9' })).content).toMatch(/^No command bg-9 is known/);
});

test('what a background command has printed is shown when it is ended, at the latest', async () => {
  await using b = await bench();
  await b.call('bash', { command: 'echo unseen; touch up; sleep 60', background: true });
  await b.call('bash', { command: 'until [ -e up ]; do sleep 0.02; done' });
  expect((await b.call('bash_kill', { id: 'bg-1' })).content).toMatch(/^unseen\n\[bg-1 has ended\]/);
});

test('no more than eight commands run in the background', async () => {
  await using b = await bench();
  for (let i = 0; i < 8; i += 1) await b.call('bash', { command: 'sleep 60', background: true });
  expect(await b.call('bash', { command: 'touch ninth', background: true })).toMatchObject({ isError: true });
  await b.call('bash_kill', { id: 'bg-3' });
  expect((await b.call('bash', { command: 'sleep 60', background: true })).content).toMatch(/bg-9/);
});

test('a fence that cannot be put up is told apart from a command that failed', async () => {
  await using b = await bench();
  const broken: Workspace = {
    ...b.workspace,
    exec: async () => ({
      code: 1,
      signal: null,
      ended: null,
      output: '',
      bytes: 0,
      ms: 1,
      fenceFailed: 'bwrap: no',
    }),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const hands = makeHands(broken, { owned: [] });
  const context = { signal: new AbortController().signal, msLeft: 1000 };
  for (const call of [
    { id: '1', name: 'bash', input: { command: 'true' } },
    { id: '2', name: 'grep', input: { pattern: 'a' } },
  ]) {
    expect(await hands.run(call, context)).toMatchObject({ isError: true, broken: 'bwrap: no' });
  }
});

test('reads may run beside each other, all else runs alone', async () => {
  await using b = await bench();
  const reads = b.hands.specs.map(({ name }) => name).filter((name) => b.hands.readsOnly(name));
  expect(reads).toEqual(['read', 'grep', 'glob']);
});

test('the tools are the same to the byte for every workspace', async () => {
  await using one = await bench();
  await using two = await bench({ 'a.txt': 'x' }, { owned: ['a.txt'] });
  expect(JSON.stringify(one.hands.specs)).toBe(JSON.stringify(two.hands.specs));
  expect(JSON.stringify(one.hands.specs)).not.toContain(one.workspace.root);
});
