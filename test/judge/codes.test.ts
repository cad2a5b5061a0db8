import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokens } from '../../src/judge/codes/of-judging.ts';
import { codesTable, reason, refusals } from '../../src/judge/codes.ts';
import { layersTable } from '../../src/judge/layers.ts';
import { kindsTable } from '../../src/judge/suspicions/kinds.ts';
import { Reason } from '../../src/ledger/event.ts';
import { packageRoot } from '../../src/project/templates.ts';

const page = readFileSync(join(packageRoot(), 'docs/judge.md'), 'utf8');
const between = (name: string) =>
  page.split(`<!-- ${name}:begin -->`)[1]?.split(`<!-- ${name}:end -->`)[0]?.trim();

test('docs/judge.md lists the layers and codes that the code has', () => {
  expect(between('layers')).toBe(layersTable());
  expect(between('codes')).toBe(codesTable());
  expect(between('suspicions')).toBe(kindsTable());
});

test('every code fits the ledger, and says in sentences what it means and what to do', () => {
  for (const [code, { means, todo }] of Object.entries({ ...refusals, ...brokens })) {
    expect(code).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect([means, todo].every((text) => /^[A-Z"].*[.?]$/.test(text) || /^init\.sh .*\.$/.test(text))).toBe(
      true,
    );
  }
});

test('every code that the sources name is in the table, and every code of the table is used', async () => {
  const { readdir } = await import('node:fs/promises');
  const folder = join(packageRoot(), 'src');
  const names = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('codes.ts'),
  );
  const text = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
  const used = (code: string) => code.startsWith('snapshot.') || text.includes(`'${code}'`);
  const known = Object.keys({ ...refusals, ...brokens });
  expect(known.filter((code) => !used(code))).toEqual([]);
  const named = [...text.matchAll(/code: '([a-z-]+\.[a-z-]+)'/g)].map(([, code]) => code as string);
  expect(named.filter((code) => !known.includes(code) && !page.includes(`| \`${code}\` |`))).toEqual([]);
  const listed = [...page.matchAll(/^\| `(plan\.[a-z-]+)`/gm)].map(([, code]) => code);
  expect(listed.sort()).toEqual([...new Set(named)].filter((code) => code.startsWith('plan.')).sort());
});

test('a reason is capped in every part, whatever the candidate printed', () => {
  const huge = reason('tests.failing', {
    says: 'x'.repeat(100_000),
    tests: Array.from({ length: 1000 }, (_, n) => `test ${n}`),
    output: `\u001b[31m${'red\n'.repeat(100_000)}`,
  });
  expect(() => Reason.parse(huge)).not.toThrow();
  expect(huge.text.endsWith(refusals['tests.failing'].todo)).toBe(true);
  expect(huge.output).not.toContain('\u001b');
});
