import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Broken, Verdict } from '../../src/judge/judge.ts';
import type { FenceMode } from '../../src/workspace/workspace.ts';
import { accepted, calc, type Files, multiply, type World, world } from './world.ts';

/**
 * What runs before must not decide what comes later. Each candidate here leaves something behind from within its own
 * test; the honest one after it must get the verdict that it gets in a world where nobody ran before it.
 */

/** Fails wherever something of an earlier candidate can be met: in HOME, /tmp, caches, git, processes, packages. */
const canary = `
import test from 'node:test';
import assert from 'node:assert';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import lib from 'lib';
test('packages are as they were installed', () => {
  assert.equal(lib, 1);
  assert.deepEqual(readdirSync('node_modules').sort(), ['.cache', '.vite', '.vite-temp', 'lib'].filter((name) => existsSync('node_modules/' + name)));
  for (const name of ['.cache', '.vite', '.vite-temp']) {
    if (existsSync('node_modules/' + name)) assert.deepEqual(readdirSync('node_modules/' + name), []);
  }
});
test('HOME and /tmp are empty', () => {
  assert.deepEqual(readdirSync(homedir()), []);
  assert.deepEqual(readdirSync(tmpdir()).filter((name) => name !== 'agentloop' && !/^node-/.test(name)), []);
});
test('the checkout is clean, and so is its git', () => {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8', env: { ...process.env, GIT_CONFIG_NOSYSTEM: '1' } });
  assert.equal(git('ls-files', '--others', '--', ':!node_modules'), '');
  assert.doesNotMatch(git('config', '--list'), /poison|fsmonitor|hookspath/i);
});
test('nobody else is alive', () => {
  for (const pid of existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\\d+$/.test(name)) : []) {
    try {
      if (statSync('/proc/' + pid).uid !== process.getuid()) continue;
      assert.doesNotMatch(readFileSync('/proc/' + pid + '/cmdline', 'latin1'), /leftover-of-WORLD/);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
  }
});
`;

const base = (name: string): Files => ({
  ...calc,
  '.gitignore': 'node_modules/\n',
  'init.sh': {
    script:
      '#!/bin/sh\nmkdir -p node_modules/lib node_modules/.cache\necho \'{"name":"lib","main":"i.js"}\' > node_modules/lib/package.json\necho \'module.exports = 1;\' > node_modules/lib/i.js\n',
  },
  'test/canary.test.js': canary.replace('WORLD', name),
});

/** A candidate that does this from within a test; it says so, so that this test can tell whether it was run. */
function poison(name: string, code: string): Files {
  return {
    ...multiply,
    'test/poison.test.js': `
import test from 'node:test';
import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
const tried = (act) => { try { return act(); } catch (error) { return error; } };
const write = (path, text = 'poison') => tried(() => { fs.mkdirSync(join(path, '..'), { recursive: true }); fs.writeFileSync(path, text); });
const world = ${JSON.stringify(name)};
test('poisons', () => {
${code}
console.log('it was done');
});
`,
  };
}

interface Case {
  readonly does: string;
  readonly code: (w: World) => string;
}

const cases: readonly Case[] = [
  {
    does: 'packages and the caches in them',
    code: () => `
  write('node_modules/lib/i.js', 'module.exports = 2;');
  tried(() => fs.renameSync('node_modules/lib', 'node_modules/gone'));
  tried(() => fs.rmSync('node_modules', { recursive: true, force: true }));
  for (const dir of ['node_modules/evil', 'node_modules/.cache', 'node_modules/.vite', 'node_modules/.vite-temp']) write(dir + '/poison.js');
`,
  },
  {
    does: 'HOME, /tmp and the caches of tools',
    code: () => `
  for (const path of ['.npmrc', '.npm/_cacache/x', '.gitconfig', '.config/pip/pip.conf', '.cache/pip/x', '.cache/jest/x', '.node_modules/lib.js', '.bashrc', '.profile', '.pytest_cache/x']) write(join(homedir(), path), '[core]\\n\\tfsmonitor = poison\\n');
  for (const path of ['jest_rs/x', 'vitest/x', 'poison', 'node-compile-cache-x/poison']) write(join(tmpdir(), path));
  write('/var/tmp/poison'); write('/dev/shm/poison'); 
`,
  },
  {
    does: 'git: its configuration, hooks, index and attributes',
    code: () => `
  tried(() => execFileSync('git', ['config', 'core.fsmonitor', '/tmp/poison']));
  tried(() => execFileSync('git', ['config', 'core.hooksPath', '/tmp']));
  tried(() => execFileSync('git', ['config', '--global', 'core.fsmonitor', 'poison']));
  const dir = execFileSync('git', ['rev-parse', '--git-common-dir'], { encoding: 'utf8' }).trim();
  write(join(dir, 'hooks/post-checkout'), '#!/bin/sh\\nexit 1\\n');
  write(join(dir, 'info/attributes'), '* filter=poison\\n');
  tried(() => execFileSync('git', ['update-index', '--assume-unchanged', 'src/calc.js']));
  fs.writeFileSync('src/calc.js', 'poison(');
  tried(() => { fs.rmSync('.git', { recursive: true, force: true }); execFileSync('git', ['init', '-q', '.']); });
`,
  },
  {
    does: 'the checkout: pipes, folders without permissions, links, strange names, depth and size',
    code: () => `
  for (const dir of ['.', homedir(), tmpdir(), join(tmpdir(), 'agentloop/out')]) {
    tried(() => execFileSync('mkfifo', [join(dir, 'poison.fifo')]));
    tried(() => { fs.mkdirSync(join(dir, 'locked/inner'), { recursive: true }); fs.writeFileSync(join(dir, 'locked/inner/x'), 'x'); fs.chmodSync(join(dir, 'locked/inner'), 0); fs.chmodSync(join(dir, 'locked'), 0); });
    tried(() => fs.symlinkSync('/etc', join(dir, 'link')));
    tried(() => fs.writeFileSync(join(dir, 'new\\nline'), 'x'));
    tried(() => { fs.writeFileSync(join(dir, 'huge'), ''); fs.truncateSync(join(dir, 'huge'), 8e9); });
    tried(() => fs.writeFileSync(join(dir, 'large'), Buffer.alloc(5e6)));
  }
  let deep = '.'; tried(() => { for (let n = 0; n < 300; n += 1) { fs.mkdirSync('deep-folder-number'); process.chdir('deep-folder-number'); } });
  process.chdir(${JSON.stringify('/')}); tried(() => process.chdir(top));
  tried(() => { fs.rmSync(join(top, 'src'), { recursive: true }); fs.symlinkSync('/etc', join(top, 'src')); });
  tried(() => fs.chmodSync(join(top, 'test'), 0o500)); tried(() => fs.chmodSync(top, 0));
`,
  },
  {
    does: 'processes that go on: in other sessions, ignoring signals, writing into the checkout',
    code: () => `
  const stay = "process.on('SIGTERM', () => {}); process.on('SIGHUP', () => {}); process.title = 'leftover-of-' + process.argv[1]; const fs = require('fs'); setInterval(() => { try { fs.writeFileSync('src/calc.js', 'poison('); fs.writeFileSync('poison-' + process.pid, ''); } catch {} }, 5)";
  for (let n = 0; n < 3; n += 1) {
    const child = spawn(process.execPath, ['-e', stay, world], { detached: true, stdio: 'ignore' });
    child.unref();
  }
  tried(() => execFileSync('sh', ['-c', 'setsid sh -c "trap : TERM; while :; do sleep 1; done" leftover-of-' + world + ' >/dev/null 2>&1 &']));
`,
  },
  {
    does: 'what is kept elsewhere: prepared packages, other checkouts, evidence, what is known of bases, the repository',
    code: (w) => `
  const all = [...${JSON.stringify([w.repo.cacheDir, w.evidenceDir, w.cacheDir, w.repo.stateDir, w.repo.top])}, '/tmp/agentloop', '..', '../..', '/tmp/agentloop/out/..'];
  const spoil = (dir, depth) => {
    for (const entry of tried(() => fs.readdirSync(dir, { withFileTypes: true })) instanceof Error ? [] : fs.readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (path.startsWith('/tmp/agentloop/tree') || path.includes('/judge-')) continue;
      if (entry.isDirectory() && depth < 6) spoil(path, depth + 1);
      else if (entry.isFile()) tried(() => fs.writeFileSync(path, 'poison'));
    }
  };
  for (const dir of all) { spoil(dir, 0); write(join(dir, 'poison')); }
`,
  },
];

const facts = (verdict: Verdict | Broken) => {
  const { proof, knownRed, flaky, restored, notes, suspicions } = accepted(verdict);
  return { proof, knownRed, flaky, restored, notes, suspicions };
};

/** Where the poison works on its own checkout it must know the way back. */
const withTop = (code: string) => `const top = process.cwd();\n${code}`;

/** A world whose base is known, and what an honest candidate is told there before anyone else was. */
async function opened(name: string, mode: FenceMode | 'auto') {
  const w = await world(base(name), undefined, mode);
  const known = await w.judge().base(w.base, signal);
  expect(known).toMatchObject({ ruling: 'seen', passing: 6, knownRed: 0, flaky: [] });
  const alone = facts(await w.rule(multiply));
  let session = 1;
  return {
    w,
    /** Judges the poisonous candidate, then the honest one again. */
    async tryOut(code: string) {
      session += 2;
      await w.rule(poison(name, withTop(code)), { session });
      const logs = readdirSync(w.evidenceDir).filter((file) => file.startsWith(`F001-${session}-1.`));
      const said = logs.filter((file) => file.endsWith('.log')).map((file) => join(w.evidenceDir, file));
      expect(said.some((file) => readFileSync(file, 'utf8').includes('it was done'))).toBe(true);
      expect(facts(await w.rule(multiply, { session: session + 1 }))).toEqual(alone);
      expect(await w.judge().base(w.base, signal)).toEqual({ ...known, cached: true });
    },
  };
}

const signal = new AbortController().signal;

describe('a candidate whose tests spoil', () => {
  let here: Awaited<ReturnType<typeof opened>>;
  beforeAll(async () => {
    here = await opened(`fenced-${process.pid}`, 'auto');
  }, 60_000);
  afterAll(() => here.w[Symbol.asyncDispose]());

  test.each(cases)(
    '$does: the honest one after it is judged as if it were alone',
    async ({ code }) => {
      await here.tryOut(code(here.w));
    },
    60_000,
  );
});

test('without a fence all of it at once changes nothing either, as far as it stays in its own folders', async () => {
  const { w, tryOut } = await opened(`open-${process.pid}`, 'none');
  await using _ = w;
  // What is kept elsewhere can be reached there by whoever looks for it: docs/judge.md says so.
  const own = cases.slice(0, -1);
  await tryOut(own.map(({ code }) => `{${code(w)}}`).join('\n'));
}, 90_000);
