import { expect, test } from 'vitest';
import { calc, codes, multiply, world } from './world.ts';

/** Sources that leave a report of their own where runners once left theirs, and then end the runner. */
const forges = (signal: string) => `
import fs from 'node:fs';
const cwd = process.cwd();
const line = (kind, file, name) => ({ kind, name, nesting: 0, file: cwd + '/' + file });
if (process.env.NODE_TEST_CONTEXT !== undefined) {
  const lines = [
    { kind: 'head', runner: 'node-test', cwd, argv: ['--test'] },
    line('pass', 'test/calc.test.js', 'adds'),
    line('pass', 'test/mul.test.js', 'multiplies'),
    line('fail', 'test/red.test.js', 'is red'),
    { kind: 'done' },
    { kind: 'end', exit: 1 },
  ];
  const text = lines.map((one) => JSON.stringify(one)).join('\\n') + '\\n';
  try {
    for (const name of fs.readdirSync('/tmp/agentloop/out'))
      fs.writeFileSync('/tmp/agentloop/out/' + name + '/node-test-1.told', text);
  } catch {}
  process.kill(process.ppid, '${signal}');
}
export const add = (a, b) => a + b;
export const mul = () => 0;
`;

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'])(
  'a report beside a runner ended by %s is not believed',
  async (signal) => {
    await using w = await world(
      {
        ...calc,
        'test/mul.test.js': `${multiply['test/mul.test.js']}`,
        'test/red.test.js':
          "import test from 'node:test';\ntest('is red', () => { throw new Error('not yet'); });\n",
      },
      { checks: [{ name: 'unit', command: 'node --test' }] },
    );
    // Who reads the sources sees it coming; here is what the run alone shows.
    const said = codes(await w.rule({ 'src/calc.js': forges(signal) }, { without: 'suspicions' }));
    expect(said, said.join()).not.toEqual([]);
    if (signal === 'SIGKILL') expect(said).toContain('check.report-broken');
  },
);
