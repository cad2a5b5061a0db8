import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agentloop, eventsOf, runFolder, start } from './cli.ts';
import { fenced } from './fenced.ts';
import { scriptFile } from './script-file.ts';
import { feature, honest, smallRepo } from './small-repo.ts';

/** Nobody guesses it: found anywhere a coder can look, it has leaked. */
const secret = 'quokka-7319';
const title = 'any two numbers are added';
const sealedTest = [
  "import assert from 'node:assert';",
  "import { test } from 'node:test';",
  `// ${secret}`,
  `test('${title}', async () => {`,
  "  const { sum } = await import('../src/sum.js');",
  '  assert.equal(sum(17, 191), 208);',
  '  assert.equal(sum(-0.5, 0.25), -0.25);',
  '});',
  '',
].join('\n');
/** Does what the visible test asks for and nothing else. */
const table =
  "mkdir -p src && printf 'export const sum = (a, b) => (a === 2 && b === 3 ? 5 : 0);\\n' > src/sum.js";

const features = [
  feature('F001', { title: 'Add two numbers', description: 'sum(a, b) of src/sum.js adds them.' }),
];

/** A folder of sealed tests beside the repository. */
async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sealed-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}

const ruled = async (repo: string) =>
  (await eventsOf(repo, 'night')).flatMap((event) =>
    event.type === 'judge.ruled' && event.scope === 'candidate' ? [event] : [],
  );

describe('sealed tests of an examiner', () => {
  it('are written before the coder starts, kept, and stand against a look-up table', async () => {
    await using repo = await smallRepo({ red: true, features });
    await using script = await scriptFile([
      {
        when: { role: 'examiner' },
        steps: [{ write: { path: 'test/sealed-sum.test.js', content: sealedTest } }],
      },
    ]);
    const args = ['run', '--name', 'night', '--role', `examiner=${script.brain}`];
    const cheat = await agentloop(repo.dir, [...args, '--brain', `command:${table}`]);
    expect(cheat.code, cheat.err).toBe(12);
    const events = await eventsOf(repo.dir, 'night');
    const order = events.map(({ type }) => type);
    expect(order.indexOf('sealed.stored')).toBeLessThan(order.indexOf('session.started'));
    expect(events.find(({ type }) => type === 'sealed.stored')).toMatchObject({
      feature: 'F001',
      files: 1,
      tests: 1,
    });
    for (const { reasons } of await ruled(repo.dir))
      expect(reasons).toMatchObject([{ code: 'sealed.failing', tests: [title] }]);
    // The same brain, now honest: the examiner is not asked again.
    const again = await agentloop(repo.dir, ['answer', 'F001', 'do it for all numbers']);
    expect(again.code).toBe(0);
    const landed = await agentloop(repo.dir, ['run', '--brain', `command:${honest}`]);
    expect(landed.code, landed.err).toBe(0);
    expect((await eventsOf(repo.dir, 'night')).filter(({ type }) => type === 'sealed.stored')).toHaveLength(
      1,
    );
    expect((await ruled(repo.dir)).at(-1)).toMatchObject({
      ruling: 'accepted',
      notes: expect.arrayContaining(['1 sealed test holds.']),
    });
    expect(await repo.git('ls-tree', '-r', '--name-only', 'agentloop/night')).not.toContain('sealed');
  });

  it('that nobody can use are told once, and the run goes on without them', async () => {
    await using repo = await smallRepo({ red: true, features });
    // The first passes without the feature, the second is no new test file.
    const green = "import { test } from 'node:test';\ntest('is there', () => {});\n";
    await using script = await scriptFile([
      {
        when: { role: 'examiner' },
        steps: [{ write: { path: 'test/sealed.test.js', content: green } }],
        afterRefusal: [[{ delete: 'test/sealed.test.js' }, { write: { path: 'src/x.js', content: '' } }]],
      },
    ]);
    const ran = await agentloop(repo.dir, [
      'run',
      '--name',
      'night',
      '--role',
      `examiner=${script.brain}`,
      '--brain',
      `command:${honest}`,
    ]);
    expect(ran.code, ran.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.filter(({ type }) => type.startsWith('sealed.'))).toMatchObject([
      { type: 'sealed.missed', feature: 'F001', why: expect.stringContaining('no new test file') },
    ]);
    const told = await readFile(join(runFolder(repo.dir), 'sessions', '1.examiner.jsonl'), 'utf8');
    expect(told).toContain('test/sealed.test.js');
  });

  it('outlive a kill -9 between examiner and coder: nobody writes them twice', async () => {
    await using repo = await smallRepo({ red: true, features });
    await using script = await scriptFile([
      {
        when: { role: 'examiner', nth: 1 },
        steps: [{ write: { path: 'test/sealed-sum.test.js', content: sealedTest } }],
      },
    ]);
    const args = ['run', '--name', 'night', '--role', `examiner=${script.brain}`, '--output', 'ndjson'];
    const first = start(repo.dir, [...args, '--brain', 'command:sleep 300']);
    await first.shows(/"type":"session\.started"/);
    first.child.kill('SIGKILL');
    await first.done;
    const second = await agentloop(repo.dir, ['run', '--brain', `command:${honest}`]);
    expect(second.code, second.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.filter(({ type }) => type === 'sealed.stored')).toHaveLength(1);
    expect(
      events.filter((event) => event.type === 'cost.updated' && event.role === 'examiner').length,
    ).toBeLessThan(2);
  });

  it('init --sealed has them written for all features of a plan', async () => {
    await using repo = await smallRepo({ red: true, features });
    await writeFile(join(repo.dir, 'plan.json'), JSON.stringify({ version: 1, spec: 'a sum', features }));
    await using script = await scriptFile([
      {
        when: { role: 'examiner' },
        steps: [{ write: { path: 'test/sealed-sum.test.js', content: sealedTest } }],
      },
    ]);
    const init = await agentloop(repo.dir, [
      'init',
      '--plan',
      'plan.json',
      '--force',
      '--sealed',
      '--role',
      `examiner=${script.brain}`,
    ]);
    expect(init.code, init.err).toBe(0);
    expect((await agentloop(repo.dir, ['sealed'])).out).toContain(title);
    const ran = await agentloop(repo.dir, ['run', '--name', 'night', '--brain', `command:${table}`]);
    expect(ran.code, ran.err).toBe(12);
    expect((await ruled(repo.dir))[0]).toMatchObject({
      reasons: [{ code: 'sealed.failing', tests: [title] }],
    });
  });
});

describe('sealed tests of a person', () => {
  it('a wrong one parks the feature; dropped and answered, it lands', async () => {
    await using repo = await smallRepo({ red: true, features });
    const wrong = sealedTest.replace('208', '209');
    const dir = await folder({ 'F001/test/wrong.test.js': wrong });
    const ran = await agentloop(repo.dir, [
      'run',
      '--name',
      'night',
      '--sealed-dir',
      dir,
      '--brain',
      `command:${honest}`,
    ]);
    expect(ran.code, ran.err).toBe(12);
    expect(await ruled(repo.dir)).toHaveLength(3);
    const parked = (await eventsOf(repo.dir, 'night')).find(({ type }) => type === 'feature.parked');
    expect(parked).toMatchObject({
      question: expect.stringContaining(`agentloop sealed drop F001 '${title}'`),
    });
    expect((await agentloop(repo.dir, ['report'])).out).toContain(title);

    expect((await agentloop(repo.dir, ['sealed', 'show', 'F001'])).out).toContain('209');
    const unknown = await agentloop(repo.dir, ['sealed', 'drop', 'F001', 'any two numbers']);
    expect(unknown.code).toBe(2);
    const drop = await agentloop(repo.dir, ['sealed', 'drop', 'F001', title]);
    expect(drop.code, drop.err).toBe(0);
    expect((await agentloop(repo.dir, ['sealed', 'list'])).out).toContain(`taken out: ${title}`);
    expect((await agentloop(repo.dir, ['answer', 'F001', 'the test was wrong'])).code).toBe(0);
    // The folder is remembered, the test is not.
    const again = await agentloop(repo.dir, ['run']);
    expect(again.code, again.err).toBe(0);
    const events = await eventsOf(repo.dir, 'night');
    expect(events.find(({ type }) => type === 'sealed.dropped')).toMatchObject({
      feature: 'F001',
      what: title,
    });
    expect(existsSync(join(dir, 'F001/test/wrong.test.js'))).toBe(true);
  });

  it('in a folder inside the repository are refused before anything starts', async () => {
    await using repo = await smallRepo({ red: true, features });
    await mkdir(join(repo.dir, 'sealed'));
    for (const dir of ['sealed', '.', '..', join(repo.dir, '.git')]) {
      const ran = await agentloop(repo.dir, [
        'run',
        '--name',
        'night',
        '--sealed-dir',
        dir,
        '--brain',
        'command:true',
      ]);
      expect(ran.code, dir).toBe(2);
      expect(ran.err).toMatch(/sealed tests .* (lies in|holds)/);
    }
    expect(existsSync(runFolder(repo.dir))).toBe(false);
  });
});

describe('nothing of a sealed test reaches a coder', () => {
  fenced('not its files, its folder, its title before it fails, nor what it printed', async () => {
    await using repo = await smallRepo({ red: true, features });
    await using script = await scriptFile([
      {
        when: { role: 'examiner' },
        steps: [{ write: { path: 'test/sealed-sum.test.js', content: sealedTest } }],
      },
    ]);
    const dir = await folder({ 'F001/test/own.test.js': sealedTest.replace(title, 'sums are sums') });
    // Whatever it can read is searched: the checkout, its history, the shelf, our folders, and where they stand outside.
    const places = [
      '.',
      '/tmp',
      '$HOME',
      repo.dir,
      dir,
      script.folder,
      join(process.env['XDG_CACHE_HOME'] ?? '/nonexistent', 'agentloop'),
    ];
    const search = [
      `grep -rlaF ${secret} ${places.join(' ')} 2>/dev/null | grep -v "^/proc" >> found.txt`,
      `git log --all -p 2>/dev/null | grep -F ${secret} >> found.txt`,
      `git cat-file --batch-all-objects --batch 2>/dev/null | grep -aF ${secret} >> found.txt`,
      `env | grep -F ${secret} >> found.txt`,
      `cat "$AGENTLOOP_BRIEF" >> briefs.txt`,
      table,
      'true',
    ].join('; ');
    const ran = await agentloop(repo.dir, [
      'run',
      '--name',
      'night',
      '--role',
      `examiner=${script.brain}`,
      '--sealed-dir',
      dir,
      '--brain',
      `command:${search}`,
      '--max-sessions',
      '2',
    ]);
    expect(ran.code, ran.err).toBe(12);
    const kept = await repo.git('show', 'refs/agentloop/night/sessions/1:found.txt');
    // Its own command line holds the word it looks for.
    expect(kept.split('\n').filter((line) => line !== '' && !line.includes('AGENTLOOP'))).toEqual([]);
    const briefs = await repo.git('show', 'refs/agentloop/night/sessions/1:briefs.txt');
    expect(briefs).toContain(title);
    expect(briefs).not.toMatch(/208|191|assert\.equal\(sum|own\.test|sealed-sum/);

    const folderOf = join(runFolder(repo.dir), 'sessions');
    for (const name of (await readdir(folderOf)).filter((one) => !one.includes('examiner'))) {
      const transcript = (await readFile(join(folderOf, name), 'utf8')).replaceAll(search, '');
      expect(transcript, name).not.toMatch(/17, 191|208/);
    }
    const list = await readdir(join(process.env['XDG_CACHE_HOME'] ?? '', 'agentloop'), {
      recursive: true,
      withFileTypes: true,
    });
    for (const entry of list.filter((one) => one.isFile() && /slots\/work/.test(one.parentPath))) {
      const file = join(entry.parentPath, entry.name);
      if ((await stat(file)).size < 1_000_000)
        expect((await readFile(file, 'latin1')).replaceAll(search, ''), file).not.toContain('17, 191');
    }
    expect(await repo.git('show', 'agentloop/night:progress.txt')).not.toMatch(/17, 191|208/);
  });
});
