import { expect, test } from 'vitest';
import { calc, codes, multiply, world } from './world.ts';

/** Sources that write a report of their own beside the runner's and then end the runner. */
const forges = (signal: string) => `
import fs from 'node:fs';
const folder = /file:\\/\\/(\\S*)\\/node-test\\.mjs/.exec(process.env.NODE_OPTIONS ?? '')?.[1];
const cwd = process.cwd();
const line = (kind, file, name) => ({ kind, name, nesting: 0, file: cwd + '/' + file });
if (folder !== undefined) {
  const lines = [
    { kind: 'head', at: 1, cwd, argv: ['--test'] },
    line('pass', 'test/calc.test.js', 'adds'),
    line('pass', 'test/mul.test.js', 'multiplies'),
    line('fail', 'test/red.test.js', 'is red'),
    { kind: 'end' },
  ];
  fs.writeFileSync(folder + '/node-test-1.jsonl', lines.map((one) => JSON.stringify(one)).join('\\n') + '\\n');
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
    const said = codes(await w.rule({ 'src/calc.js': forges(signal) }));
    expect(said, said.join()).not.toEqual([]);
    if (signal === 'SIGKILL') expect(said).toContain('check.report-broken');
  },
);
