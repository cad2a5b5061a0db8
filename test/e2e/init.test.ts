import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Content, type TempRepo, tempRepo } from '../helpers/repo.ts';
import { agentloop, eventsOf } from './cli.ts';
import { scriptFile } from './script-file.ts';
import { sightOf, untidy } from './sight.ts';
import { feature, plan, sumTest } from './small-repo.ts';

const ours = ['AGENTS.md', 'agentloop.config.json', 'feature-list.json', 'init.sh'];

const sources: Record<string, Content> = {
  'package.json': '{ "name": "small", "type": "module" }\n',
  'README.md': 'A product.\n',
  'src/product.js': 'export const product = (a, b) => a * b;\n',
  'test/product.test.js': sumTest.replaceAll('sum', 'product').replace('5)', '6)'),
};

const plans: [format: string, name: string, text: string, features: object[]][] = [
  [
    'our own feature-list.json',
    'list.json',
    `{"version":1, "spec":"sums",\n "features":[{"id":"SUM","title":"Add","proof":"tests","passes":false}]}`,
    [{ id: 'SUM', title: 'Add' }],
  ],
  [
    'an array of category, description, steps and passes',
    'feature_list.json',
    JSON.stringify([
      { category: 'maths', description: 'Multiply', steps: [], passes: true },
      { category: 'maths', description: 'Add two numbers', steps: ['2 and 3 make 5'], passes: false },
    ]),
    [{ id: 'F002', title: 'Add two numbers', steps: ['2 and 3 make 5'] }],
  ],
  [
    'user stories',
    'prd.json',
    JSON.stringify({
      userStories: [{ id: 'US-1', title: 'Add', acceptanceCriteria: ['5'], priority: 2, passes: false }],
    }),
    [{ id: 'US-1', title: 'Add', steps: ['5'], priority: 2 }],
  ],
  [
    'a Markdown checklist',
    'TODO.md',
    '# Sums\n\n- [x] Multiply\n- [ ] Add two numbers\n- [ ] Subtract\n',
    [{ title: 'Add two numbers' }, { title: 'Subtract' }],
  ],
];

describe('agentloop init --plan', () => {
  it.each(plans)(
    'reads %s without a brain and makes one commit that holds nothing else',
    async (_, name, text, features) => {
      await using repo = await tempRepo(sources);
      await using outside = await folderWith({ [name]: text });
      await untidy(repo);
      const before = await untouched(repo);
      const ran = await agentloop(repo.dir, ['init', '--plan', join(outside.path, name)]);
      expect(ran.code, ran.err).toBe(0);
      expect(ran.err).toMatch(/^Check test: node --test\ninit\.sh: echo "nothing to install"$/m);
      expect(JSON.parse(await repo.git('show', 'HEAD:feature-list.json')).features).toMatchObject(
        features.map((one) => ({ proof: 'tests', passes: false, ...one })),
      );
      if (name === 'list.json') expect(await repo.git('show', 'HEAD:feature-list.json')).toBe(text);
      expect(JSON.parse(await repo.git('show', 'HEAD:agentloop.config.json')).judge.checks).toMatchObject([
        { command: 'node --test', report: 'node-test' },
      ]);
      expect(await repo.git('log', '--format=%s', 'main')).toBe('agentloop: the plan\nfirst');
      expect((await repo.git('show', '--format=', '--name-only', 'HEAD')).split('\n')).toEqual(ours);
      expect(await repo.git('ls-tree', 'HEAD', 'init.sh')).toMatch(/^100755/);
      expect(await untouched(repo)).toEqual(before);
    },
  );

  it('refuses checks that come out differently in two runs, by name, and leaves everything as it was', async () => {
    // Forty coins that all fall the same way twice are not to be waited for.
    const coins =
      "import { test } from 'node:test';\nfor (let n = 0; n < 40; n += 1) test('coin ' + n, () => { if (Math.random() < 0.5) throw new Error('tails'); });\n";
    await using repo = await tempRepo({ ...sources, 'test/coin.test.js': coins });
    await using outside = await folderWith({ 'TODO.md': '- [ ] Add\n' });
    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['init', '--plan', join(outside.path, 'TODO.md')]);
    expect(ran.code, ran.err).toBe(3);
    expect(ran.err).toMatch(
      /plan\.unstable.*coin \d+.*commit an init\.sh of your own.*Check test: node --test/s,
    );
    expect(await sightOf(repo)).toEqual(before);
    const status = JSON.parse((await agentloop(repo.dir, ['status', '--json'])).out);
    expect(status).toMatchObject({ kind: 'init', stopped: { code: 3 }, next: 'agentloop init' });
  });

  it('keeps a plan that is there, shows the difference with --force, and never touches what a person wrote in AGENTS.md', async () => {
    const mine = '# Mine\n\ntrailing  \n\n\tno line end';
    await using repo = await tempRepo({ ...sources, 'AGENTS.md': mine });
    await using outside = await folderWith({ 'a.md': '- [ ] Add\n', 'b.md': '- [ ] Subtract\n' });
    const init = (name: string, ...more: string[]) =>
      agentloop(repo.dir, ['init', '--plan', join(outside.path, name), ...more]);
    expect((await init('a.md')).code).toBe(0);
    const agents = await readFile(join(repo.dir, 'AGENTS.md'), 'utf8');
    expect(agents.startsWith(mine)).toBe(true);
    expect(agents.slice(mine.length)).toMatch(
      /^\n\n<!-- agentloop:begin rules -->\n[\s\S]*<!-- agentloop:end rules -->\n$/,
    );

    const before = await sightOf(repo);
    const refused = await init('b.md');
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/There is a feature-list\.json in .* already/);
    expect(refused.err).toContain('--force');
    expect(await sightOf(repo)).toEqual(before);

    const forced = await init('b.md', '--force');
    expect(forced.code, forced.err).toBe(0);
    expect(forced.err).toMatch(/^-.*Add/m);
    expect(forced.err).toMatch(/^\+.*Subtract/m);
    expect(await repo.git('log', '-1', '--format=', '--name-only')).toBe('feature-list.json');
    expect(await readFile(join(repo.dir, 'AGENTS.md'), 'utf8')).toBe(agents);
  });

  it('refuses when a file it would write is not as in the last commit, before anything is written', async () => {
    await using repo = await tempRepo({ ...sources, 'AGENTS.md': '# Mine\n' });
    await using outside = await folderWith({ 'a.md': '- [ ] Add\n' });
    await repo.write({ 'AGENTS.md': '# Mine, changed\n', 'init.sh': 'echo mine\n' });
    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['init', '--plan', join(outside.path, 'a.md')]);
    expect(ran.code, ran.err).toBe(2);
    expect(ran.err).toMatch(/AGENTS\.md, init\.sh in .* are not as in the last commit/);
    expect(await sightOf(repo)).toEqual(before);
    expect(existsSync(join(repo.dir, '.git', 'agentloop'))).toBe(false);
  });

  it('refuses an AGENTS.md that is not UTF-8 instead of spoiling it', async () => {
    await using repo = await tempRepo({ ...sources, 'AGENTS.md': Buffer.from('# Gr\xfc\xdfe\n', 'latin1') });
    await using outside = await folderWith({ 'a.md': '- [ ] Add\n' });
    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['init', '--plan', join(outside.path, 'a.md')]);
    expect(ran.code, ran.err).toBe(2);
    expect(ran.err).toMatch(/AGENTS\.md is not UTF-8 text\.\n\s+Save it as UTF-8/);
    expect(await sightOf(repo)).toEqual(before);
  });

  it('makes the first commit of a repository that has none, and the run goes on from there', async () => {
    await using repo = await tempRepo();
    await repo.write({ 'notes.txt': 'not committed\n' });
    const list = {
      version: 1,
      spec: 's',
      features: [{ id: 'F001', title: 'Done', proof: 'command', verify: 'test -f done', passes: false }],
    };
    await using outside = await folderWith({ 'list.json': JSON.stringify(list) });
    const ran = await agentloop(repo.dir, [
      'init',
      '--plan',
      join(outside.path, 'list.json'),
      '--check',
      'true',
    ]);
    expect(ran.code, ran.err).toBe(0);
    expect((await repo.git('ls-tree', '-r', '--name-only', 'main')).split('\n')).toEqual(ours);
    expect(await repo.git('rev-list', '--count', 'main')).toBe('1');
    expect(await repo.git('status', '--porcelain')).toBe('?? notes.txt');
    const run = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', 'command:touch done']);
    expect(run.code, run.err).toBe(0);
    expect(await repo.git('show', 'agentloop/night:done')).toBe('');
  });

  it('commits on a detached HEAD and moves no branch', async () => {
    await using repo = await tempRepo(sources);
    await using outside = await folderWith({ 'a.md': '- [ ] Add\n' });
    await repo.git('checkout', '-q', '--detach');
    const before = await repo.git('rev-parse', 'main');
    const ran = await agentloop(repo.dir, ['init', '--plan', join(outside.path, 'a.md')]);
    expect(ran.code, ran.err).toBe(0);
    expect(await repo.git('rev-parse', 'main')).toBe(before);
    expect(await repo.git('log', '--format=%s', 'HEAD')).toBe('agentloop: the plan\nfirst');
    expect(await repo.git('branch', '--show-current')).toBe('');
  });

  it("a hook of the user's that says no is heard: its words are shown and everything is as it was", async () => {
    await using repo = await tempRepo(sources);
    await using outside = await folderWith({ 'a.md': '- [ ] Add\n' });
    await untidy(repo);
    await repo.write({
      '.git/hooks/pre-commit': { script: '#!/bin/sh\necho "no commits on Fridays" >&2\nexit 1\n' },
    });
    const before = await untouched(repo);
    const head = await repo.git('rev-parse', 'HEAD');
    const ran = await agentloop(repo.dir, ['init', '--plan', join(outside.path, 'a.md')]);
    expect(ran.code, ran.err).toBe(2);
    expect(ran.err).toContain('no commits on Fridays');
    expect(await repo.git('rev-parse', 'HEAD')).toBe(head);
    expect(await untouched(repo)).toEqual(before);
    expect((await agentloop(repo.dir, ['status'])).out).not.toContain('died');
    await rm(join(repo.dir, '.git/hooks/pre-commit'));
    const again = await agentloop(repo.dir, ['init', '--plan', join(outside.path, 'a.md')]);
    expect(again.code, again.err).toBe(0);
  });
});

describe('agentloop init with an initializer', () => {
  const files = (more: object = {}) => plan([feature('F001', { title: 'Add two numbers', ...more })]);
  const writes = (texts: Record<string, string>) => {
    const list = JSON.parse(texts['feature-list.json'] ?? '');
    const all = { ...texts, 'feature-list.json': JSON.stringify({ ...list, spec: '' }) };
    return Object.entries(all).map(([path, content]) => ({ write: { path, content } }));
  };

  it('takes the specification as words, as a path and from stdin; a broken plan is refused and then mended', async () => {
    await using script = await scriptFile([
      {
        when: { role: 'initializer' },
        steps: [
          ...writes(files({ passes: true, dependsOn: ['F009'] })),
          { write: { path: 'src/sneaked-in.js', content: '' } },
        ],
        afterRefusal: [writes(files({ passes: true })), writes(files())],
      },
    ]);
    await using repo = await tempRepo({ ...sources, 'docs/spec.md': 'Sums, in a file.\n' });
    const first = await repo.git('rev-parse', 'HEAD');
    const specs: [given: string[], input: string | undefined, told: string][] = [
      [['a sum, please'], undefined, 'a sum, please'],
      [['docs/spec.md'], undefined, 'docs/spec.md'],
      [['-'], 'Sums, from stdin.\n', 'Sums, from stdin.\n'],
    ];
    for (const [given, input, told] of specs) {
      await repo.git('reset', '-q', '--hard', first);
      const ran = await agentloop(repo.dir, ['init', ...given, '--brain', script.brain], {}, input);
      expect(ran.code, ran.err).toBe(0);
      expect(JSON.parse(await repo.git('show', 'HEAD:feature-list.json')).spec).toBe(told);
      expect((await repo.git('show', '--format=', '--name-only', 'HEAD')).split('\n')).toEqual(ours);
    }
    const runs = await agentloop(repo.dir, ['status', '--json']);
    const events = await eventsOf(repo.dir, JSON.parse(runs.out).run);
    expect(events.filter((event) => event.type === 'judge.ruled')).toMatchObject([
      {
        scope: 'init',
        ruling: 'refused',
        reasons: [{ code: 'plan.broken', text: expect.stringContaining('F009') }],
      },
      { scope: 'init', ruling: 'refused', reasons: [{ code: 'plan.passes' }] },
      { scope: 'init', ruling: 'accepted' },
    ]);
    const brief = await agentloop(repo.dir, ['transcript', '1', '--json']);
    expect(brief.out).toContain('F009');
  });

  it('a plan that is never mended ends with exit 11, the reasons and an untouched repository', async () => {
    await using script = await scriptFile([
      { steps: writes(files({ passes: true })), afterRefusal: [[], []] },
    ]);
    await using repo = await tempRepo(sources);
    const before = await sightOf(repo);
    const ran = await agentloop(repo.dir, ['init', 'a sum', '--brain', script.brain]);
    expect(ran.code, ran.err).toBe(11);
    expect(ran.err).toMatch(/plan\.passes: F001/);
    expect(await sightOf(repo)).toEqual(before);
  });
});

/** What `init` must not touch: everything but the branch it commits on and the files it writes. */
async function untouched(repo: TempRepo): Promise<unknown> {
  const sight: Record<string, unknown> = await sightOf(repo);
  for (const path of [...ours, 'refs', '.git/index']) delete sight[path];
  return {
    ...sight,
    status: await repo.git('status', '--porcelain'),
    staged: await repo.git('diff', '--cached'),
    stash: await repo.git('stash', 'list', '--format=%H'),
  };
}

async function folderWith(texts: Record<string, string>): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'agentloop-plan-'));
  for (const [name, text] of Object.entries(texts)) await writeFile(join(path, name), text);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
