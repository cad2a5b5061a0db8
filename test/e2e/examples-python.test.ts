import { spawnSync } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/project/templates.ts';
import { tempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf } from './cli.ts';

const example = join(packageRoot(), 'examples', 'python-lib');
const pytest = spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;
if (!pytest) process.stderr.write('skipped: examples/python-lib (python3 -m pytest is missing)\n');

it.skipIf(!pytest)(
  'python-lib: pytest is found, a test that proves nothing is refused, both features land',
  async () => {
    await using repo = await tempRepo();
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
