import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';
import { tempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf } from './cli.ts';

const examples = join(packageRoot(), 'examples');
const pytest = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;
if (!pytest) process.stderr.write('skipped: examples/python-lib (python3 -m pytest is missing)\n');

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

it.skipIf(!pytest)(
  'python-lib: pytest is found, a test that proves nothing is refused, both features land',
  async () => {
    await using repo = await tempRepo();
    const example = join(examples, 'python-lib');
    await cp(join(example, 'sample'), repo.dir, { recursive: true });
    await cp(join(example, 'gitignore'), join(repo.dir, '.gitignore'));
    await cp(join(example, 'plan.md'), join(repo.dir, 'plan.md'));
    await repo.commit('first');
    const planned = await agentloop(repo.dir, ['init', '--plan', 'plan.md']);
    expect(planned.code, planned.err).toBe(0);
    const ran = await agentloop(repo.dir, [
      'run',
      '--name',
      'night',
      '--brain',
      `scripted:${join(example, 'script.json')}`,
    ]);
    expect(ran.code, ran.err).toBe(0);
    const rulings = (await eventsOf(repo.dir, 'night')).flatMap((event) =>
      event.type === 'judge.ruled' && event.scope === 'candidate'
        ? [[event.feature, event.reasons[0]?.code ?? event.ruling]]
        : [],
    );
    expect(rulings).toEqual([
      ['F001', 'accepted'],
      ['F002', 'proof.already-green'],
      ['F002', 'accepted'],
    ]);
  },
);
