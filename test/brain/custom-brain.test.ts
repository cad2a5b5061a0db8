import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Brain, BrainEvent } from '../../src/brain/brain.ts';
import { commandBrain } from '../../src/brain/command.ts';
import { coderBrief } from '../../src/project/brief.ts';
import type { Feature } from '../../src/project/feature.ts';
import { parseFeatureList } from '../../src/project/feature-list.ts';
import { plainWorkspace } from '../helpers/plain-workspace.ts';
import { assignmentIn, eventsOf } from './assignment.ts';

const example = resolve('examples/custom-brain');
let folder: string;
let features: readonly Feature[];
let brain: Brain;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'custom-brain-')));
  features = parseFeatureList(await readFile(join(example, 'plan.json'), 'utf8'), 'plan.json').features;
  const deps = {
    cwdOfCaller: join(example, 'sample'),
    home: folder,
    passEnv: {},
    passHome: [],
    forbidden: [],
  };
  brain = commandBrain('node ../agent.mjs', { ...deps, now: Date.now });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function sample(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(join(example, 'sample'), { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[file.slice(join(example, 'sample').length + 1)] = await readFile(file, 'utf8');
  }
  return files;
}

/** One session of the example on one feature of its plan, with a brief as the loop writes it. */
async function session(feature: Feature): Promise<{ end: BrainEvent | undefined; tests: string }> {
  await using workspace = await plainWorkspace(await sample());
  const brief = coderBrief({
    feature,
    reasons: [],
    notes: [],
    unfinished: 'none',
    checks: [{ name: 'test', command: 'node --test' }],
    progress: '',
    agents: '',
    claimBy: brain.claimBy,
  });
  const events = await eventsOf(brain, await assignmentIn(workspace, folder, { feature, brief }));
  const tests = await workspace.exec('node --test --test-reporter=tap', { timeoutMs: 20_000 });
  expect(tests.code).toBe(0);
  return { end: events.at(-1), tests: tests.output };
}

test('the example brain is ten lines', async () => {
  const lines = (await readFile(join(example, 'agent.mjs'), 'utf8')).split('\n');
  expect(lines.filter((line) => line !== '')).toHaveLength(10);
});

test('docs/brains.md shows it as it is', async () => {
  const page = await readFile('docs/brains.md', 'utf8');
  expect(page).toContain(await readFile(join(example, 'agent.mjs'), 'utf8'));
});

test('it writes the feature that has its code in it, with a test that is new', async () => {
  const [first] = features;
  const { end, tests } = await session(first as Feature);
  expect(end).toEqual({ type: 'finished', claim: 'done', handoff: { did: 'wrote 2 files' } });
  expect(tests).toMatch(/^ok \d+ - a slug is lower case, with one dash between words/m);
  expect(tests).toMatch(/^# pass 3$/m);
});

test('it says that it is stuck where a brain has to think, and changes nothing', async () => {
  const { end, tests } = await session(features[1] as Feature);
  expect(end).toEqual({ type: 'finished', claim: 'stuck', handoff: { did: 'wrote 0 files' } });
  expect(tests).toMatch(/^# pass 1$/m);
});
