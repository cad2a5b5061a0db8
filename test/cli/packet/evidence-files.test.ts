import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { evidenceFiles } from '../../../src/cli/packet/evidence-files.ts';
import type { Accepted } from '../../../src/cli/packet/packet.ts';
import { makeRedactor } from '../../../src/ledger/redact.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentloop-evidence-'));
});
afterEach(() => rm(folder, { recursive: true }));

const secret = 'hunter2-hunter2-hunter2';

async function put(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return createHash('sha256').update(text).digest('hex');
}

async function files(accepted: readonly { feature: string; evidence: string | null }[]) {
  const found = await evidenceFiles(
    { run: 'night', accepted: accepted as readonly Accepted[] },
    folder,
    makeRedactor([secret]),
  );
  return new Map(found.map(({ path, bytes }) => [path, bytes.toString('utf8')]));
}

test('secrets in logs are taken out; evidence with one is left out and named, for changed it would prove nothing', async () => {
  const clean = await put('F001-1-1.json', '{"a":1}\n');
  const leaky = await put('F002-2-1.json', `{"log":"${secret}"}\n`);
  await put('F001-1-1.judged.tests.log', `token ${secret} was used\n`);
  await put('F002-2-1.judged.tests.log', 'fine\n');
  const found = await files([
    { feature: 'F001', evidence: clean },
    { feature: 'F002', evidence: leaky },
    { feature: 'F003', evidence: null },
  ]);
  expect([...found.values()].join('')).not.toContain(secret);
  expect(found.get('logs/F001-1-1.judged.tests.log')).toMatch(/^token \[redacted\S*\] was used\n$/);
  expect(found.get('evidence/F001.json')).toBe('{"a":1}\n');
  expect([...found.keys()].filter((path) => path.includes('F002'))).toEqual([]);
  expect(found.get('README.md')).toContain('Not here, because it is gone or holds a secret: F002.');
  expect(found.get('SHA256SUMS')).toBe(`${clean}  evidence/F001.json\n${leaky}  evidence/F002.json\n`);
});

test('logs of sealed tests stay at home', async () => {
  const hash = await put('F001-1-1.json', '{}\n');
  for (const name of ['judged.tests', 'sealed.tests', 'sealed-again.tests'])
    await put(`F001-1-1.${name}.log`, 'ok\n');
  const found = await files([{ feature: 'F001', evidence: hash }]);
  expect([...found.keys()].filter((path) => path.startsWith('logs/'))).toEqual([
    'logs/F001-1-1.judged.tests.log',
  ]);
});

test('long logs are cut in the middle, and there is an end to all of them', async () => {
  const accepted = [];
  for (let n = 10; n < 40; n += 1) {
    accepted.push({ feature: `F${n}`, evidence: await put(`F${n}-1-1.json`, `{"n":${n}}\n`) });
    for (let log = 0; log < 10; log += 1)
      await put(`F${n}-1-1.run${log}.log`, `begin ${'x'.repeat(100_000)} end`);
  }
  const found = await files(accepted);
  const one = found.get('logs/F10-1-1.run0.log') ?? '';
  expect(one).toMatch(/^begin x+\n\[\.\.\. \d+ bytes left out \.\.\.\]\nx+ end$/);
  const all = [...found.values()].reduce((sum, text) => sum + text.length, 0);
  expect(all).toBeLessThan(9 * 1024 * 1024);
  expect([...found.keys()].filter((path) => path.startsWith('evidence/'))).toHaveLength(30);
});
