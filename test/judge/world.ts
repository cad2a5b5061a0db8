import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config.ts';
import type { JudgeDeps } from '../../src/judge/deps.ts';
import type { Accepted, Broken, Candidate, Judge, Refused, Verdict } from '../../src/judge/judge.ts';
import type { Layer } from '../../src/judge/layer.ts';
import { layers } from '../../src/judge/layers.ts';
import { makeJudge } from '../../src/judge/make-judge.ts';
import { sealedFinder } from '../../src/judge/sealed/find.ts';
import type { Feature } from '../../src/project/feature.ts';
import { bringIn } from '../../src/workspace/bring-in.ts';
import { openCheckout } from '../../src/workspace/checkout.ts';
import { type Fence, findFence } from '../../src/workspace/fence.ts';
import { prepare } from '../../src/workspace/prepare.ts';
import { openRepository, type Repository } from '../../src/workspace/repository.ts';
import type { Problem } from '../../src/workspace/snapshot.ts';
import type { Tree } from '../../src/workspace/trees.ts';
import type { FenceMode } from '../../src/workspace/workspace.ts';
import { type Content, tempRepo } from '../helpers/repo.ts';

/** A real repository with real checkouts and a judge over them. */
export interface World extends AsyncDisposable {
  readonly repo: Repository;
  /** The first commit, with the configuration of `checks`. */
  readonly base: string;
  readonly evidenceDir: string;
  readonly cacheDir: string;
  /** A folder of sealed tests as a person keeps it: `<feature>/<path>`. */
  readonly sealedDir: string;
  /** How often a suite or verify command was started, by the tree. */
  readonly runs: readonly Tree[];
  readonly fence: FenceMode;
  judge(without?: Layer['name'], more?: Partial<JudgeDeps>): Judge;
  /** The base with these files changed (null: deleted), as a tree. */
  tree(changes: Files, on?: Tree): Promise<Tree>;
  /** What a judge says of these changes. `feature` is F001, proven by tests, unless told otherwise. */
  rule(changes: Files, more?: More): Promise<Verdict | Broken>;
  /** A commit of that tree on top of `parent`. */
  commit(tree: Tree, parent?: string): Promise<string>;
  evidence(): Promise<readonly { name: string; text: string }[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

export type Files = Readonly<Record<string, Content>>;
export interface More {
  readonly feature?: Partial<Feature>;
  readonly without?: Layer['name'];
  /** With the layer `probe`, which costs a run and is left out of stories that are not about it. */
  readonly probed?: true;
  readonly base?: string;
  readonly session?: number;
  readonly problems?: readonly Problem[];
  readonly signal?: AbortSignal;
  /** What this judge has in place of what the world gives it. */
  readonly deps?: Partial<JudgeDeps>;
  /** Only these layers look: for stories about one of them, which need not pay for the others. */
  readonly only?: readonly Layer['name'][];
}

export const F001: Feature = {
  id: 'F001',
  title: 'Multiply two numbers',
  description: '',
  steps: [],
  priority: 100,
  dependsOn: [],
  proof: 'tests',
  passes: false,
};

/** The sample project: one module, two passing tests. */
export const calc: Files = {
  'package.json': JSON.stringify({ name: 'calc', type: 'module', scripts: { test: 'node --test' } }, null, 2),
  'src/calc.js': 'export const add = (a, b) => a + b;\n',
  'test/calc.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { add } from '../src/calc.js';\n" +
    "test('adds', () => assert.equal(add(1, 2), 3));\ntest('adds negatives', () => assert.equal(add(-1, -2), -3));\n",
};
/** Honest work on it. */
export const multiply: Files = {
  'src/calc.js': 'export const add = (a, b) => a + b;\nexport const mul = (a, b) => a * b;\n',
  'test/mul.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { mul } from '../src/calc.js';\n" +
    "test('multiplies', () => assert.equal(mul(2, 3), 6));\n",
};
/** A new test that says nothing about the feature. */
export const trivialTest = (name = 'trivial'): string =>
  `import test from 'node:test';\ntest('${name}', () => {});\n`;

/**
 * A world with one more test, `moody`, that passes where the expression says so; `n` is how often it was run before. A
 * file outside counts, so there is no fence here.
 */
export async function flakyWorld(files: Files, passes: string): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'flaky-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = JSON.stringify(join(folder, 'n'));
  await writeFile(join(folder, 'n'), '');
  const moody =
    "import test from 'node:test';\nimport assert from 'node:assert';\n" +
    "import { appendFileSync, readFileSync } from 'node:fs';\n" +
    `const n = readFileSync(${file}, 'utf8').length;\nappendFileSync(${file}, '.');\n` +
    `test('moody', () => assert.ok(${passes}));\n`;
  return world({ ...files, 'test/moody.test.js': moody }, undefined, 'none');
}

/** Stories that are not about mutants run without them, for speed; `{ mutants: {} }` turns them on. */
const noMutants: ConfigInput['judge'] = { mutants: { enabled: false } };

const unprobed = layers.map(({ name }) => name).filter((name) => name !== 'probe');

const fences = new Map<FenceMode | 'auto', Promise<Fence>>();

/** Opens a world on these files. `judge` is the judge's part of the configuration; default one check, `npm test`. */
export async function world(
  files: Files,
  judge: ConfigInput['judge'] = { checks: [{ name: 'unit', command: 'node --test' }] },
  mode: FenceMode | 'auto' = 'auto',
): Promise<World> {
  const config = files['agentloop.config.json'] ?? JSON.stringify({ judge: { ...noMutants, ...judge } });
  const user = await tempRepo({ 'agentloop.config.json': config, ...files });
  const home = await realpath(await mkdtemp(join(tmpdir(), 'judge-')));
  const [evidenceDir, cacheDir] = [join(home, 'evidence'), join(home, 'judge-cache')];
  const sealedDir = join(home, 'sealed');
  await mkdir(sealedDir);
  const repo = await openRepository(user.dir, { cacheDir: join(home, 'cache') });
  const base = await user.git('rev-parse', 'HEAD');
  await bringIn(repo, base);
  const known =
    fences.get(mode) ??
    findFence({ mode, hide: [user.dir], cacheRoot: join(home, 'cache'), env: process.env });
  fences.set(mode, known);
  const fence = await known;
  const runs: Tree[] = [];
  const deps: JudgeDeps = {
    trees: repo.trees,
    checkout: async (prepared) => {
      const checkout = await openCheckout(repo, { name: 'judge', run: 'test', fence, prepared });
      return {
        ...checkout,
        fill: (tree) => {
          runs.push(tree);
          return checkout.fill(tree);
        },
      };
    },
    prepare: (tree, { outputs, inputs }, signal) =>
      prepare(repo, tree, { fence, run: 'test', outputs, inputs, timeoutMs: 60_000, signal }),
    sealed: sealedFinder(repo, sealedDir),
    fence: fence.mode,
    version: '0.0.0-test',
    evidenceDir,
    cacheDir,
    now: () => Date.parse('2026-11-20T08:00:00Z'),
  };
  const judgeWithout = (without?: string, changed: Partial<JudgeDeps> = {}, only?: readonly string[]) => {
    expect(layers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(without === undefined ? [] : [without]),
    );
    return makeJudge(
      { ...deps, ...changed },
      layers.filter(({ name }) => name !== without && (only === undefined || only.includes(name))),
    );
  };
  const baseTree = await repo.trees.treeOf(base);
  const tree = async (changes: Files, on: Tree = baseTree) => {
    const entries = [];
    for (const [path, content] of Object.entries(changes)) entries.push(await entryOf(repo, path, content));
    return repo.trees.overlay(on, entries);
  };
  return {
    repo,
    base,
    evidenceDir,
    cacheDir,
    sealedDir,
    runs,
    fence: fence.mode,
    judge: judgeWithout,
    tree,
    async rule(changes, more = {}) {
      const on = await repo.trees.treeOf(more.base ?? base);
      const candidate: Candidate = {
        run: 'test',
        session: more.session ?? 1,
        feature: { ...F001, ...more.feature },
        base: more.base ?? base,
        baseTree: on,
        tree: await tree(changes, on),
        problems: more.problems ?? [],
        dropped: [],
      };
      const quick = more.without === undefined && more.probed !== true;
      const only = more.only ?? (quick ? unprobed : undefined);
      return judgeWithout(more.without, more.deps, only).rule(
        candidate,
        more.signal ?? new AbortController().signal,
      );
    },
    commit: async (of, parent = base) =>
      (
        await repo.vault.run([
          '-c',
          'user.name=t',
          '-c',
          'user.email=t@example.com',
          'commit-tree',
          '-p',
          parent,
          '-m',
          'x',
          of,
        ])
      ).trim(),
    async evidence() {
      const names = existsSync(evidenceDir)
        ? (await readdir(evidenceDir)).filter((name) => name.endsWith('.json')).sort()
        : [];
      return Promise.all(
        names.map(async (name) => ({ name, text: await readFile(join(evidenceDir, name), 'utf8') })),
      );
    },
    async [Symbol.asyncDispose]() {
      await user.remove();
      await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function entryOf(repo: Repository, path: string, content: Content) {
  const name = Buffer.from(path).toString('latin1');
  if (content === null) return { path: name, mode: '100644' as const, oid: null };
  if (typeof content === 'string' || Buffer.isBuffer(content)) {
    return { path: name, mode: '100644' as const, oid: await repo.trees.write(content) };
  }
  if ('link' in content)
    return { path: name, mode: '120000' as const, oid: await repo.trees.write(content.link) };
  return { path: name, mode: '100755' as const, oid: await repo.trees.write(content.script) };
}

/** The verdict, which must be an acceptance; else the reasons stand in the failure. */
export function accepted(verdict: Verdict | Broken): Accepted & Verdict {
  if (verdict.ruling !== 'accepted') expect.fail(JSON.stringify(verdict, null, 2));
  return verdict;
}

/** The codes of a refusal; anything else fails with all it says. */
export function codes(verdict: Verdict | Broken): readonly string[] {
  return refused(verdict).reasons.map(({ code }) => code);
}

export function refused(verdict: Verdict | Broken): Refused & Verdict {
  if (verdict.ruling !== 'refused') expect.fail(JSON.stringify(verdict, null, 2));
  return verdict;
}
