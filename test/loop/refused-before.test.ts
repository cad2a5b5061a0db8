import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program } from '../../src/cli/program.ts';
import type { Candidate, Refused, Verdict } from '../../src/judge/judge.ts';
import { refusedBefore } from '../../src/loop/refused-before.ts';
import { eventsOf } from '../e2e/cli.ts';
import { smallRepo } from '../e2e/small-repo.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { F001, world } from '../judge/world.ts';

const refusal = {
  ruling: 'refused',
  reasons: [{ code: 'proof.missing', text: 'no' }],
} as unknown as Refused & Verdict;

test('the same work is known again, whatever the brain says of it; any other is not', async () => {
  await using w = await world({ 'a.txt': 'a' });
  const baseTree = await w.repo.trees.treeOf(w.base);
  const work = async (text: string, said: string): Promise<Candidate> => ({
    run: 'test',
    session: 1,
    feature: F001,
    base: w.base,
    baseTree,
    tree: await w.tree({ 'a.txt': text, 'progress.txt': said }),
    problems: [],
    dropped: [],
  });
  const memory = refusedBefore(w.repo.trees);
  const first = await work('b', 'done!');
  expect(await memory.find(first)).toBeUndefined();
  memory.keep(first, refusal);
  expect(await memory.find(await work('b', 'really done!'))).toBe(refusal);
  expect(await memory.find(await work('c', 'done!'))).toBeUndefined();
  const problems = [{ path: 'p', kind: 'special-file' as const, detail: 'is a pipe' }];
  expect(await memory.find({ ...first, problems })).toBeUndefined();
  expect(await memory.find({ ...first, feature: { ...F001, proof: 'none' } })).toBeUndefined();
  expect(await memory.find({ ...first, base: 'f'.repeat(40) })).toBeUndefined();
  expect(await refusedBefore(w.repo.trees).find(first)).toBeUndefined();
});

test('a brain that claims the same work again in one session is refused again without another run', async () => {
  await using repo = await smallRepo({ red: true });
  const brain = "command:echo '// soon' > src/soon.js; echo $RANDOM > $AGENTLOOP_OUTCOME.said";
  const argv = ['run', '--name', 'night', '--max-sessions', '1', '--brain', brain];
  const io = fakeIo({ argv, cwd: repo.dir, env: process.env });
  expect(await program(io, '1.2.3'), io.err()).toBe(11);
  const rulings = (await eventsOf(repo.dir, 'night')).flatMap((event) =>
    event.type === 'judge.ruled' && event.scope === 'candidate' ? [event] : [],
  );
  expect(rulings.map(({ ruling }) => ruling)).toEqual(['refused', 'refused', 'refused']);
  expect(new Set(rulings.map(({ reasons }) => JSON.stringify(reasons))).size).toBe(1);
  expect(new Set(rulings.map(({ evidence }) => evidence)).size).toBe(1);
  const evidence = await readdir(join(repo.dir, '.git/agentloop/runs/night/evidence'));
  expect(evidence.filter((name) => name.endsWith('.json'))).toEqual(['F001-1-1.json']);
});
