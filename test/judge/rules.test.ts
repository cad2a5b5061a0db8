import { describe, expect, test } from 'vitest';
import { Config } from '../../src/config.ts';
import { combine } from '../../src/judge/base-seen.ts';
import { rules } from '../../src/judge/layers/rules.ts';
import { packageByBase, packageWithNeeds, sectionsByBase } from '../../src/judge/merge-manifest.ts';
import { type Kind, kindOf } from '../../src/judge/protected.ts';
import { scriptsText } from '../../src/project/scripts-text.ts';

describe('what a file is to the judge', () => {
  const kinds: Readonly<Record<Kind, readonly string[]>> = {
    test: [
      'test/calc.test.js',
      'src/calc.spec.ts',
      'src/calc-test.mjs',
      'lib/__tests__/calc.js',
      'tests/test_calc.py',
      'app/tests.py',
      'pkg/calc_test.go',
      'spec/models/user_spec.rb',
      'src/test/java/com/acme/CalcTest.java',
      'src/checks/calc.js',
      'test.js',
      'src/spec.mts',
      'crate/tests/add.rs',
      'tests/cli.bats',
    ],
    helper: [
      'test/helpers/near.js',
      'test/fixtures/a.json',
      'src/__snapshots__/a.snap',
      'src/__mocks__/fs.js',
      'conftest.py',
      'src/app/conftest.py',
      'spec/spec_helper.rb',
      'pkg/testdata/in.txt',
      'src/report.golden',
      'Calc.Adds.verified.txt',
      'calc.approved.txt',
      'test/package.json',
      'src/setupTests.ts',
      'src/setup-jest.js',
      'test-setup.mjs',
    ],
    config: [
      'vitest.config.ts',
      'packages/a/vite.config.mts',
      'vitest.workspace.ts',
      'jest.config.unit.js',
      'jest.setup.ts',
      'playwright.config.ts',
      'karma.conf.js',
      'eslint.config.js',
      '.eslintrc.json',
      '.mocharc.cjs',
      '.npmrc',
      '.nycrc',
      'tsconfig.json',
      'tsconfig.build.json',
      'babel.config.json',
      'biome.json',
      'pytest.ini',
      '.pytest.ini',
      'bunfig.toml',
      'pluggy.py',
      'packaging.py',
      'iniconfig/__init__.py',
      'tox.ini',
      'noxfile.py',
      'sitecustomize.py',
      'pytest.py',
      'evil.egg-info/entry_points.txt',
      '.pnp.cjs',
      '.yarn/releases/yarn-4.0.0.cjs',
      '.mvn/jvm.config',
      'gradle/wrapper/gradle-wrapper.properties',
      'app/gradlew',
      'deno.json',
      'Makefile',
      'build/rules.mk',
      '.env.test',
      '.github/workflows/ci.yml',
      '.husky/pre-commit',
      'pom.xml',
      'app/build.gradle.kts',
      'composer.json',
      '.eslintignore',
      'node_modules/assert/index.js',
      'scripts/test.js',
      'run-tests.sh',
      'data/golden/x.txt',
    ],
    manifest: [
      'package.json',
      'packages/a/package.json',
      'pyproject.toml',
      'setup.cfg',
      'requirements.txt',
      'requirements-dev.txt',
      'requirements/test.txt',
      'go.mod',
      'Cargo.toml',
      'Gemfile',
    ],
    lock: [
      'package-lock.json',
      'pnpm-lock.yaml',
      'yarn.lock',
      'go.sum',
      'Cargo.lock',
      'Gemfile.lock',
      'uv.lock',
    ],
    harness: ['feature-list.json', 'progress.txt', 'AGENTS.md', 'init.sh', 'agentloop.config.json'],
    source: [
      'src/calc.js',
      'src/testing.js',
      'src/latest.js',
      'src/contest.py',
      'src/jest.ts',
      'src/setup.js',
      'src/packaging.py',
      'src/test-utils.js',
      'src/vite.js',
      'src/gradle/plan.js',
      'src/egg-info.py',
      'src/spec/parser.ts',
      'src/config.ts',
      'README.md',
      'Dockerfile',
      'src/main.js',
      'scripts/release.js',
      'deploy.sh',
      'spec.txt',
      'Test/x.txt',
    ],
  };
  const kind = kindOf({
    protect: ['data/golden/**'],
    testFiles: new Set(['src/checks/calc.js']),
    commands: './run-tests.sh && node scripts/test.js && node src/main.js',
  });
  const rows = Object.entries(kinds).flatMap(([is, paths]) => paths.map((path) => [path, is] as const));

  test.each(rows)('%s: %s', (path, is) => {
    expect(kind(path)).toBe(is);
  });

  test.each([
    ['node_modules', 'config'],
    ['src/node_modules', 'config'],
    ['pytest', 'config'],
    ['.github', 'config'],
    ['data/golden', 'config'],
    ['src/__mocks__', 'helper'],
    ['src/parts', 'source'],
  ] as const)('a link %s, which may stand for a folder: %s', (path, is) => {
    expect(kind(path, true)).toBe(is);
    expect(kind(path)).toBe('source');
  });

  test('a name with other letters than ASCII is compared as it is written', () => {
    const glob = kindOf({ protect: ['größe/*'], testFiles: new Set(), commands: '' });
    expect(glob(Buffer.from('größe/x').toString('latin1'))).toBe('config');
  });
});

describe('package.json', () => {
  const base = {
    name: 'a',
    scripts: { test: 'vitest', build: 'tsc' },
    jest: { bail: true },
    dependencies: { a: '1' },
  };
  const merged = (candidate: object) => {
    const text = packageByBase(JSON.stringify(base), JSON.stringify(candidate));
    return text === undefined ? undefined : JSON.parse(text);
  };

  test('with the scripts and tool sections as they were, it stays byte for byte', () => {
    expect(merged({ ...base, dependencies: { a: '2', b: '1' }, exports: './x.js' })).toBeUndefined();
  });

  test('scripts of the base are put back, new ones stay unless npm starts them by itself', () => {
    const scripts = {
      test: 'true',
      lint: 'x',
      pretest: 'rm -r test',
      postbuild: 'y',
      preinstall: 'z',
      prettier: 'p',
    };
    expect(merged({ ...base, scripts })?.scripts).toEqual({
      test: 'vitest',
      build: 'tsc',
      lint: 'x',
      prettier: 'p',
    });
  });

  test('tool sections are put back, new ones taken out', () => {
    expect(merged({ ...base, jest: {}, mocha: { grep: 'none' } })).toEqual(base);
  });

  test('one that cannot be read is the base’s; a base that cannot be read puts nothing back', () => {
    expect(packageByBase('{"scripts":{}}', '{')).toBe('{"scripts":{}}');
    expect(packageByBase('{', '{"scripts":{}}')).toBeUndefined();
  });

  test('for the red half the base gets what the candidate needs, and nothing else', () => {
    const candidate = {
      ...base,
      scripts: { test: 'true' },
      exports: './new.js',
      devDependencies: { c: '1' },
    };
    expect(JSON.parse(packageWithNeeds(JSON.stringify(base), JSON.stringify(candidate)) ?? '')).toEqual({
      ...base,
      devDependencies: { c: '1' },
    });
    expect(packageWithNeeds(JSON.stringify(base), JSON.stringify({ ...base, version: '2' }))).toBeUndefined();
  });

  test('where only needs changed, the candidate’s bytes are kept: they are prepared already', () => {
    const candidate = JSON.stringify({ devDependencies: { c: '1' }, ...base });
    expect(packageWithNeeds(JSON.stringify(base), candidate)).toBe(candidate);
  });
});

test('a manifest that became a link is the base’s: nobody compares the parts of what it leads to', () => {
  const base = combine({ ...Config.parse({}).judge, prepare: Config.parse({}).prepare }, []);
  const change = (mode: '100644' | '120000') => {
    const entry = { path: 'pyproject.toml', oid: 'a'.repeat(40) };
    return {
      path: entry.path,
      status: 'modified',
      old: { ...entry, mode: '100644' },
      new: { ...entry, mode },
    } as const;
  };
  const place = (mode: '100644' | '120000') =>
    rules.place?.(base)({ kind: 'manifest', change: change(mode), is: 'edited', why: '', allowed: false });
  expect(place('120000')).toMatchObject({
    judged: 'base',
    proving: 'base',
  });
  expect(place('100644')).toMatchObject({
    judged: 'mixed',
    proving: 'mixed',
  });
});

describe('pyproject.toml', () => {
  const base = '[project]\nname = "a"\ndependencies = []\n\n[tool.pytest.ini_options]\naddopts = "-ra"\n';

  test('a new dependency is the candidate’s', () => {
    expect(sectionsByBase(base, base.replace('[]', '["b"]'))).toBeUndefined();
  });

  test('a changed, new or missing tool table is the base’s again', () => {
    const weak = base.replace('-ra', '-k nothing').replace('[]', '["b"]');
    const good =
      '[project]\nname = "a"\ndependencies = ["b"]\n\n[tool.pytest.ini_options]\naddopts = "-ra"\n';
    expect(sectionsByBase(base, weak)).toBe(good);
    expect(sectionsByBase(base, `${base}\n[tool.coverage.run]\nomit = ["*"]\n`)).toBe(base);
    expect(sectionsByBase(base, base.slice(0, base.indexOf('[tool')))).toBe(base);
  });

  test('tables of packaging tools are not rules', () => {
    expect(sectionsByBase(base, `${base}\n[tool.poetry.dependencies]\nb = "1"\n`)).toBeUndefined();
  });

  test('setup.cfg has sections in the same way', () => {
    const cfg = '[options]\ninstall_requires =\n    a\n\n[tool:pytest]\naddopts = -ra\n';
    expect(sectionsByBase(cfg, cfg.replace('    a', '    a\n    b'))).toBeUndefined();
    expect(sectionsByBase(cfg, cfg.replace('-ra', '-x'))).toBe(cfg);
  });
});

test('the scripts that a command leads to, one below the other, each once', () => {
  const manifest = JSON.stringify({
    scripts: {
      test: 'npm run unit && yarn lint',
      unit: 'vitest',
      lint: 'npm test',
      pretest: 'x',
      other: 'y',
    },
  });
  expect(scriptsText('npm t', manifest).split('\n')).toEqual([
    'npm t',
    'npm run unit && yarn lint',
    'x',
    'vitest',
    'npm test',
  ]);
  expect(scriptsText('node --run unit', manifest)).toBe('node --run unit\nvitest');
  expect(scriptsText('make test', manifest)).toBe('make test');
  expect(scriptsText('npm test', '{')).toBe('npm test');
});
