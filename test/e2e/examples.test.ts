import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { agentloop, eventsOf } from './cli.ts';

it('todo-cli: the demo ends with everything landed, after a lie and a deleted test were refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentloop-examples-'));
  const ran = await agentloop(folder, ['demo', '--output', 'plain'], { TMPDIR: folder });
  const [demo = ''] = await readdir(folder);
  const repo = join(folder, demo, 'todo');
  const runs = await readdir(join(repo, '.git', 'agentloop', 'runs'));
  const events = await eventsOf(repo, runs.find((name) => !name.startsWith('init-')) ?? '');
  await rm(folder, { recursive: true });
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toMatch(/4 of 4 features pass/);
  const refused = events.flatMap((event) =>
    event.type === 'judge.ruled' && event.ruling === 'refused' ? [event.feature, event.reasons[0]?.code] : [],
  );
  expect(refused).toEqual(['F002', 'proof.missing', 'F003', 'tests.removed']);
  const outcomes = events.flatMap((event) => (event.type === 'session.ended' ? [event.outcome] : []));
  expect(outcomes).toEqual(['landed', 'landed', 'partial', 'landed', 'failed', 'landed']);
});
