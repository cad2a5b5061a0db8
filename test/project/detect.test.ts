import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeDetected, detect } from '../../src/project/detect.ts';
import type { Files } from '../../src/project/found.ts';

type Tree = Readonly<Record<string, string>>;

function tree(files: Tree): Files {
  return { paths: Object.keys(files), read: async (path) => files[path] };
}

/** command (report), and the last lines of init.sh that do something. */
async function found(files: Tree, commands: string[] = []): Promise<{ checks: string[]; init: string[] }> {
  const { checks, init } = await detect(tree(files), commands);
  const head = init.indexOf('cd "$(dirname "$0")"\n') + 'cd "$(dirname "$0")"\n'.length;
  const lines = init.slice(head).split('\n');
  return {
    checks: checks.map(({ name, command, report }) => `${name}: ${command} (${report})`),
    init: lines.filter((line) => line !== '' && !line.startsWith('#')),
  };
}

const manifest = (value: object): Tree => ({ 'package.json': JSON.stringify(value) });
const nodeTest = `import test from 'node:test';`;
const nothing = ['echo "nothing to install"'];

describe('node: the runner and how it is called', () => {
  test.each<[string, Tree, string[]]>([
    [
      'a plain script of node',
      manifest({ scripts: { test: 'node --test' } }),
      ['test: node --test (node-test)'],
    ],
    [
      'its options are kept',
      manifest({ scripts: { test: 'node --import tsx --test test/*.ts' } }),
      ['test: node --import tsx --test test/*.ts (node-test)'],
    ],
    [
      'a script that does more',
      manifest({ scripts: { test: 'tsc && node --test dist' } }),
      ['test: npm test (node-test)'],
    ],
    [
      'a script with a step before',
      manifest({ scripts: { pretest: 'tsc', test: 'node --test' } }),
      ['test: npm test (node-test)'],
    ],
    [
      'variables before it',
      manifest({ scripts: { test: 'TZ=UTC vitest run' } }),
      ['test: npm test (vitest)'],
    ],
    ['vitest that would wait', manifest({ scripts: { test: 'vitest' } }), ['test: npx vitest run (vitest)']],
    [
      'vitest with options',
      manifest({ scripts: { test: 'vitest --coverage' } }),
      ['test: npx vitest run --coverage (vitest)'],
    ],
    ['vitest run', manifest({ scripts: { test: 'vitest run src' } }), ['test: npx vitest run src (vitest)']],
    ['vitest --run', manifest({ scripts: { test: 'vitest --run' } }), ['test: npx vitest --run (vitest)']],
    ['vitest watch', manifest({ scripts: { test: 'vitest watch' } }), ['test: npx vitest run (vitest)']],
    ['jest', manifest({ scripts: { test: 'jest --ci' } }), ['test: npx jest --ci (jest)']],
    ['jest --watchAll', manifest({ scripts: { test: 'jest --watchAll' } }), ['test: npx jest (jest)']],
    [
      'jest by its path',
      manifest({ scripts: { test: 'node_modules/.bin/jest' } }),
      ['test: npx jest (jest)'],
    ],
    ['mocha', manifest({ scripts: { test: 'mocha --recursive' } }), ['test: npx mocha --recursive (mocha)']],
    [
      'react-scripts test: not ours',
      manifest({ scripts: { test: 'react-scripts test' } }),
      ['test: npm test (auto)'],
    ],
    [
      'no script, vitest installed',
      manifest({ devDependencies: { vitest: '4' } }),
      ['test: npx vitest run (vitest)'],
    ],
    ['ava', manifest({ scripts: { test: 'ava --serial' } }), ['test: npx ava --serial (ava)']],
    ['no script, ava installed', manifest({ devDependencies: { ava: '7' } }), ['test: npx ava (ava)']],
    [
      'a file that is called like a runner',
      manifest({ scripts: { test: 'node ava.config.js' } }),
      ['test: npm test (auto)'],
    ],
    ['no script, jest installed', manifest({ dependencies: { jest: '30' } }), ['test: npx jest (jest)']],
    [
      'no script, mocha installed',
      manifest({ devDependencies: { mocha: '11' } }),
      ['test: npx mocha (mocha)'],
    ],
    [
      'the script of npm init says nothing',
      {
        ...manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }),
        'test/a.js': nodeTest,
      },
      ['test: node --test (node-test)'],
    ],
    [
      'the script of npm init and no tests',
      manifest({ scripts: { test: 'echo "Error: no test specified" && exit 1' } }),
      [],
    ],
    ['tests of node without a manifest', { 'lib/a.test.mjs': nodeTest }, ['test: node --test (node-test)']],
    [
      'tests of node beside a manifest',
      { ...manifest({}), 'a_test.cjs': `require('node:test')` },
      ['test: node --test (node-test)'],
    ],
    ['a test file of something else', { ...manifest({}), 'test/a.js': 'tape()' }, []],
    [
      'pnpm',
      { ...manifest({ scripts: { test: 'a && vitest run' } }), 'pnpm-lock.yaml': '' },
      ['test: pnpm test (vitest)'],
    ],
    ['yarn', { ...manifest({ scripts: { test: 'a | jest' } }), 'yarn.lock': '' }, ['test: yarn test (jest)']],
    [
      'scripts that only look, one after the other, are checks of their own',
      manifest({
        scripts: {
          test: 'npm run lint && npm run test:unit && npm run test:jest && tsd',
          lint: 'eslint',
          'test:unit': 'c8 --100 node --test',
          'test:jest': 'jest jest.test.js',
        },
      }),
      [
        'lint: npm run lint (auto)',
        'unit: npm run test:unit (node-test)',
        'jest: npm run test:jest (jest)',
        'tsd: npx tsd (auto)',
      ],
    ],
    [
      'npm runs the scripts of a project with pnpm, unless they call pnpm themselves',
      manifest({
        scripts: {
          test: 'pnpm run test:node && pnpm test:edge && pnpm run lint',
          'test:node': 'jest --env node',
          'test:edge': 'jest --env edge',
          lint: 'pnpm exec eslint',
        },
      }),
      ['node: npm run test:node (jest)', 'edge: npm run test:edge (jest)', 'lint: pnpm run lint (auto)'],
    ],
    [
      'so are tools',
      manifest({ scripts: { test: 'standard && mocha --bail test && mocha test/more' } }),
      [
        'standard: npx standard (auto)',
        'mocha: npx mocha test (mocha)',
        'mocha-2: npx mocha test/more (mocha)',
      ],
    ],
    [
      'not where a part may need what another one made',
      manifest({ scripts: { test: 'npm run build && npm run unit', build: 'tsc', unit: 'mocha dist' } }),
      ['test: npm test (mocha)'],
    ],
    [
      'nor where something runs before all of them',
      manifest({ scripts: { pretest: 'tsc', test: 'eslint && mocha' } }),
      ['test: npm test (mocha)'],
    ],
    [
      'nor where the shell has more to do',
      manifest({ scripts: { test: 'eslint . && mocha | tee log' } }),
      ['test: npm test (mocha)'],
    ],
    [
      'a runner behind another script',
      manifest({
        scripts: { test: 'npm run unit', unit: 'vitest run --coverage' },
        devDependencies: { jest: '30' },
      }),
      ['test: npm test (vitest)'],
    ],
    [
      'a script that leads to two runners: both are asked',
      manifest({ scripts: { test: 'npm run all', all: 'jest; mocha' } }),
      ['test: npm test (auto)'],
    ],
    [
      'a script that leads to none we know, whatever is installed',
      manifest({ scripts: { test: 'make test' }, devDependencies: { jest: '30' } }),
      ['test: npm test (auto)'],
    ],
    [
      'a runner that would stop at the first red test',
      manifest({ scripts: { test: 'mocha --bail --check-leaks test/' } }),
      ['test: npx mocha --check-leaks test/ (mocha)'],
    ],
    ['jest --bail=2', manifest({ scripts: { test: 'jest --bail=2 -b' } }), ['test: npx jest (jest)']],
    ['nothing at all', { 'README.md': 'x' }, []],
    ['a manifest that is broken', { 'package.json': '{' }, []],
    ['a manifest that is no object', { 'package.json': '[]' }, []],
    ['a script that is no text', { 'package.json': '{"scripts":{"test":["jest"]}}' }, []],
  ])('%s', async (_, files, checks) => {
    expect((await found(files)).checks).toEqual(checks);
  });
});

describe('node: what is installed', () => {
  const withDeps = manifest({ dependencies: { zod: '4' }, scripts: { test: 'node --test' } });

  test.each<[string, Tree, string[]]>([
    [
      'nothing without dependencies',
      { ...manifest({ scripts: { test: 'node --test' } }), 'package-lock.json': '{}' },
      nothing,
    ],
    ['by the lock file', { ...withDeps, 'package-lock.json': '{}' }, ['npm ci --no-audit --no-fund']],
    ['by a shrinkwrap', { ...withDeps, 'npm-shrinkwrap.json': '{}' }, ['npm ci --no-audit --no-fund']],
    ['without a lock file', withDeps, ['npm install --no-audit --no-fund --no-package-lock']],
    [
      'the packages of a workspace',
      { ...manifest({ workspaces: ['a'] }), 'package-lock.json': '{}' },
      ['npm ci --no-audit --no-fund'],
    ],
    [
      'with pnpm',
      { ...withDeps, 'pnpm-lock.yaml': '' },
      [
        'if command -v pnpm >/dev/null; then pnpm=pnpm; else pnpm="corepack pnpm"; fi',
        '$pnpm install --frozen-lockfile',
      ],
    ],
    [
      'with the old yarn',
      { ...withDeps, 'yarn.lock': '# yarn lockfile v1' },
      [
        'if command -v yarn >/dev/null; then yarn=yarn; else yarn="corepack yarn"; fi',
        '$yarn install --frozen-lockfile',
      ],
    ],
    [
      'with the new yarn',
      { ...withDeps, 'yarn.lock': '__metadata:\n  version: 8' },
      [
        'if command -v yarn >/dev/null; then yarn=yarn; else yarn="corepack yarn"; fi',
        '$yarn install --immutable',
      ],
    ],
  ])('%s', async (_, files, init) => {
    expect((await found(files)).init).toEqual(init);
  });

  test('a missing lock file is told', async () => {
    expect((await detect(tree(withDeps))).notes).toEqual([expect.stringContaining('no lock file')]);
  });
});

const venv = 'test -x .venv/bin/python || python3 -m venv .venv';
const pip = '.venv/bin/python -m pip install --quiet --disable-pip-version-check';
const inVenv = ['pytest: .venv/bin/python -m pytest (pytest)'];
const plainPytest = ['pytest: python3 -m pytest (pytest)'];

describe('python', () => {
  const tests = { 'tests/test_a.py': 'def test_a(): pass' };

  test.each<[string, Tree, string[], string[]]>([
    ['nothing to install', tests, plainPytest, nothing],
    ['requirements of comments only', { ...tests, 'requirements.txt': '# none\n\n' }, plainPytest, nothing],
    [
      'requirements',
      { ...tests, 'requirements.txt': 'requests\n' },
      inVenv,
      [venv, `${pip} -r requirements.txt pytest`],
    ],
    [
      'requirements with pytest among them',
      { ...tests, 'requirements.txt': 'x', 'requirements-dev.txt': 'pytest==8\n' },
      inVenv,
      [venv, `${pip} -r requirements.txt -r requirements-dev.txt`],
    ],
    [
      'a project without needs',
      { ...tests, 'pyproject.toml': '[project]\nname = "a"\ndependencies = [\n]\n' },
      plainPytest,
      nothing,
    ],
    [
      'a project with dependencies',
      { ...tests, 'pyproject.toml': '[project]\nname = "a"\ndependencies = [\n  "requests",\n]\n' },
      inVenv,
      [venv, `${pip} -e . pytest`],
    ],
    [
      'extras for its tests',
      {
        ...tests,
        'pyproject.toml':
          '[project]\nname="a"\n[project.optional-dependencies]\ndoc = []\ntests = ["pytest"]\n[tool.x]\ndev = 1',
      },
      inVenv,
      [venv, `${pip} -e ".[tests]" pytest`],
    ],
    [
      'the dependency group for its tests',
      {
        ...tests,
        'pyproject.toml':
          '[dependency-groups]\ndev = ["ruff"]\ntests = [\n  "freezegun", # time isn\'t real\n  "pytest>=8",\n  {include-group = "more"},\n]\nmore = ["x[y]<2 ; python_version < \'3.12\'"]\n[tool.uv]\n',
      },
      inVenv,
      [venv, `${pip} freezegun 'pytest>=8' 'x[y]<2 ; python_version < "3.12"'`],
    ],
    [
      'a dependency group with pytest alone',
      { ...tests, 'pyproject.toml': '[dependency-groups]\ntest = ["pytest"]\n' },
      plainPytest,
      nothing,
    ],
    [
      'a dependency group with a plug-in of pytest',
      { ...tests, 'pyproject.toml': '[dependency-groups]\ntest = ["pytest-cov"]\n' },
      inVenv,
      [venv, `${pip} pytest-cov pytest`],
    ],
    [
      'poetry',
      {
        ...tests,
        'pyproject.toml':
          '[tool.poetry]\nname="a"\n[tool.poetry.dependencies]\npython = "^3.9"\nrich = "*"\n',
      },
      inVenv,
      [venv, `${pip} -e . pytest`],
    ],
    [
      'poetry with python alone',
      { ...tests, 'pyproject.toml': '[tool.poetry]\n[tool.poetry.dependencies]\npython = "^3"\n' },
      plainPytest,
      nothing,
    ],
    [
      'sources below src/',
      { ...tests, 'setup.py': 'setup()', 'src/a/__init__.py': '' },
      inVenv,
      [venv, `${pip} -e . pytest`],
    ],
    [
      'setup.py with needs',
      { ...tests, 'setup.py': 'setup(install_requires=["x"])' },
      inVenv,
      [venv, `${pip} -e . pytest`],
    ],
    ['setup.py without', { ...tests, 'setup.py': 'setup(install_requires=[])' }, plainPytest, nothing],
    [
      'pytest by its configuration alone',
      { 'pyproject.toml': '[tool.pytest.ini_options]\n' },
      plainPytest,
      nothing,
    ],
    ['no tests', { 'a.py': '', 'requirements.txt': 'x' }, [], nothing],
  ])('%s', async (_, files, checks, init) => {
    expect(await found(files)).toEqual({ checks, init });
  });
});

describe('init.sh as a program', () => {
  const deps = { devDependencies: { jest: '30' } };

  test.each<[string, Tree]>([
    ['npm', { ...manifest(deps), 'package-lock.json': '' }],
    ['npm without a lock', manifest(deps)],
    ['pnpm', { ...manifest(deps), 'pnpm-lock.yaml': '' }],
    ['yarn', { ...manifest(deps), 'yarn.lock': '' }],
    [
      'python and npm',
      {
        ...manifest(deps),
        'test_a.py': '',
        'requirements.txt': 'x',
        'pyproject.toml': '[project]\ndependencies = ["x"]',
      },
    ],
  ])('%s: the shell understands it', async (_, files) => {
    const { init } = await detect(tree(files));
    expect(init).not.toContain('{{');
    expect(spawnSync('sh', ['-n'], { input: init, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('with nothing to install it says so and ends well, twice, from anywhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agentloop-init-'));
    try {
      await writeFile(join(folder, 'init.sh'), (await detect(tree({}))).init, { mode: 0o755 });
      for (const cwd of [folder, '/', folder]) {
        const ended = spawnSync(join(folder, 'init.sh'), { cwd, encoding: 'utf8' });
        expect(ended).toMatchObject({ status: 0, stdout: 'nothing to install\n', stderr: '' });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a step that fails ends it with its code', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agentloop-init-'));
    try {
      await writeFile(join(folder, 'npm'), '#!/bin/sh\necho "npm $*"\nexit 3\n', { mode: 0o755 });
      const { init } = await detect(tree({ ...manifest(deps), 'package-lock.json': '' }));
      const ended = spawnSync('/bin/sh', ['-c', `${init}\necho after`, join(folder, 'init.sh')], {
        encoding: 'utf8',
        env: { PATH: `${folder}:/usr/bin:/bin` },
      });
      expect(ended).toMatchObject({ status: 3, stdout: 'npm ci --no-audit --no-fund\n' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('two languages get both checks and both installs', async () => {
  const both = {
    ...manifest({ scripts: { test: 'jest' }, devDependencies: { jest: '30' } }),
    'package-lock.json': '',
    'test_a.py': '',
    'requirements.txt': 'x',
  };
  expect(await found(both)).toEqual({
    checks: ['test: npx jest (jest)', ...inVenv],
    init: ['npm ci --no-audit --no-fund', venv, `${pip} -r requirements.txt pytest`],
  });
});

test('commands a person gives are the checks; what must be installed is still found', async () => {
  const files = {
    ...manifest({ scripts: { test: 'jest' }, devDependencies: { jest: '30' } }),
    'package-lock.json': '',
  };
  expect(await found(files, ['make check', 'make lint'])).toEqual({
    checks: ['check: make check (auto)', 'check-2: make lint (auto)'],
    init: ['npm ci --no-audit --no-fund'],
  });
});

test('where nothing is found, the way out is told', async () => {
  const { checks, notes, init } = await detect(tree({}));
  expect(checks).toEqual([]);
  expect(notes).toEqual([expect.stringContaining('--check')]);
  expect(init).toContain('nothing to install');
});

test('what the work makes and git would see is named', async () => {
  const files = {
    ...manifest({ devDependencies: { jest: '30' } }),
    'test_a.py': '',
    'requirements.txt': 'x',
  };
  expect((await detect(tree(files))).ignore).toEqual([
    'node_modules/',
    '__pycache__/',
    '.pytest_cache/',
    '.venv/',
  ]);
  const ignored = { ...files, '.gitignore': '/node_modules\r\n**/__pycache__/\n .venv \n' };
  expect((await detect(tree(ignored))).ignore).toEqual(['.pytest_cache/']);
});

test('a check has the defaults of the config', async () => {
  const [check] = (await detect(tree({ 'test_a.py': '' }))).checks;
  expect(check).toEqual({ name: 'pytest', command: 'python3 -m pytest', report: 'pytest', timeout: '10m' });
});

test('what was found reads well in a brief', async () => {
  const text = describeDetected(await detect(tree({ 'test_a.py': '' })));
  expect(text).toMatch(/^check pytest: python3 -m pytest \(report: pytest\)\ninit\.sh:\n#!\/bin\/sh\n/);
});

describe('go and rust', () => {
  test.each<[string, Tree, string[], string[]]>([
    [
      'a module with tests',
      { 'go.mod': 'module x\n', 'a_test.go': '' },
      ['go: go test ./... (go-test)'],
      nothing,
    ],
    ['a module without tests', { 'go.mod': 'module x\n', 'a.go': '' }, [], nothing],
    [
      'a module with needs',
      { 'go.mod': 'module x\n\nrequire (\n\ta.b/c v1.0.0\n)\n', 'go.sum': 'x', 'x/a_test.go': '' },
      ['go: go test ./... (go-test)'],
      ['go mod vendor'],
    ],
    [
      'a crate',
      { 'Cargo.toml': '[package]\nname = "x"\n' },
      ['cargo: cargo test --offline --no-fail-fast (cargo-test)'],
      nothing,
    ],
    [
      'a workspace with needs',
      {
        'Cargo.toml': '[workspace]\nmembers = ["a"]\n',
        'Cargo.lock': '[[package]]\nname = "b"\nsource = "registry+x"\n',
      },
      [
        'cargo: CARGO_HOME="$PWD/target/cargo-home" cargo test --offline --no-fail-fast --workspace (cargo-test)',
      ],
      ['CARGO_HOME="$PWD/target/cargo-home" cargo fetch'],
    ],
  ])('%s', async (_name, files, checks, init) => {
    expect(await found(files)).toEqual({ checks, init });
  });
});
