import { describe, expect, test } from 'vitest';
import { asksOfNeeds, readManifests } from '../../src/judge/needs/manifests.ts';

type Json = Record<string, unknown>;
const base: Json = {
  name: 'a',
  version: '1.0.0',
  scripts: { test: 'vitest', build: 'tsc' },
  jest: { bail: true },
  dependencies: { left: '^1.0.0', right: '1.2.3' },
};
const workspace = [
  { path: 'package.json', text: JSON.stringify({ ...base, workspaces: ['packages/*'] }) },
  { path: 'packages/core/package.json', text: JSON.stringify({ name: '@a/core' }) },
];
const asks = (
  path: string,
  old: string | undefined,
  now: string,
  known = [{ path, text: old ?? '' }],
  commands = '',
) =>
  asksOfNeeds({ path, old, now }, readManifests(known, commands)).map(({ code, why }) => `${code}: ${why}`);
const changed = (change: Json, of: Json = base) =>
  asks('package.json', JSON.stringify(of), JSON.stringify({ ...of, ...change }));

describe('package.json', () => {
  test.each<[string, Json]>([
    ['a new dependency', { devDependencies: { up: '^3.0.0' } }],
    [
      'a tag, a list of ranges',
      { dependencies: { left: '^1.0.0', right: '1.2.3', up: 'latest', down: '1.x || >=2.5.0 <3' } },
    ],
    [
      'a dependency that moves to another section',
      { dependencies: { left: '^1.0.0' }, devDependencies: { right: '1.2.3' } },
    ],
    ['a new script', { scripts: { test: 'vitest', build: 'tsc', hello: 'echo' } }],
    [
      'its own version, entry and engines',
      {
        version: '1.1.0',
        main: 'x.js',
        exports: './x.js',
        bin: 'x',
        engines: { node: '>=20' },
        files: ['x'],
      },
    ],
    ['a package manager', { packageManager: 'pnpm@9.1.0' }],
  ])('may have %s', (_, change) => expect(changed(change)).toEqual([]));

  test.each<[string, Json, string]>([
    [
      'another version',
      { dependencies: { left: '^2.0.0', right: '1.2.3' } },
      'dependencies: "left" was changed',
    ],
    ['one less', { dependencies: { left: '^1.0.0' } }, 'dependencies: "right" was removed'],
    ['a folder', { devDependencies: { up: 'file:./soft' } }, 'dependencies: "up" points to file:./soft'],
    ['a link', { devDependencies: { up: 'link:../soft' } }, 'dependencies: "up" points to'],
    [
      'a repository',
      { devDependencies: { up: 'git+https://example.org/a.git' } },
      'dependencies: "up" points to',
    ],
    ['somebody’s repository', { devDependencies: { up: 'some/one' } }, 'dependencies: "up" points to'],
    ['a tarball', { devDependencies: { up: 'https://example.org/a.tgz' } }, 'dependencies: "up" points to'],
    ['another name', { devDependencies: { up: 'npm:down@1' } }, 'dependencies: "up" points to'],
    ['a workspace that is none', { devDependencies: { up: 'workspace:*' } }, 'dependencies: "up" points to'],
    ['overrides', { overrides: { left: '2' } }, 'dependencies: "overrides" was added'],
    ['resolutions', { resolutions: { left: '2' } }, 'dependencies: "resolutions" was added'],
    ['patches', { pnpm: { patchedDependencies: { left: 'p' } } }, 'dependencies: "pnpm" was added'],
    [
      'a package manager from elsewhere',
      { packageManager: 'yarn@https://example.org/y.js' },
      'dependencies: "packageManager"',
    ],
    [
      'another test script',
      { scripts: { test: 'true', build: 'tsc' } },
      'edited: the script "test" was changed',
    ],
    ['no build script', { scripts: { test: 'vitest' } }, 'edited: the script "build" was removed'],
    ['other settings of a runner', { jest: {} }, 'edited: "jest" was changed'],
  ])('may not have %s', (_, change, says) => {
    expect(changed(change)).toEqual([expect.stringContaining(`rules.${says}`)]);
  });

  test('a script that only said that there are no tests may be filled in', () => {
    const empty = { ...base, scripts: { test: 'echo "Error: no test specified" && exit 1' } };
    expect(changed({ scripts: { test: 'vitest' } }, empty)).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['before a script that a check starts', 'pretest', 'npm test'],
    ['after it', 'posttest', 'cd x && npm --silent t'],
    ['before one that such a script starts', 'prebuild', 'npm test'],
    ['with a script of a package, by any of the managers', 'pretest', 'pnpm -r test'],
    ['when npm installs', 'postinstall', 'set -e\nnpm ci --no-audit'],
    ['when pnpm does', 'prepare', '$pnpm install --frozen-lockfile'],
    ['when yarn does', 'preinstall', 'yarn'],
    ['when it is packed', 'prepack', 'npm pack --dry-run'],
  ])('may not have a script that is started %s', (_, name, commands) => {
    const of = { ...base, scripts: { test: 'npm run build && vitest', build: 'tsc' } };
    const now = JSON.stringify({ ...of, scripts: { ...of.scripts, [name]: 'node src/x.js' } });
    const said = (text: string) => asks('package.json', JSON.stringify(of), now, undefined, text);
    expect(said(commands)).toEqual([`rules.edited: the script "${name}" was added, which starts unasked`]);
    expect(said('node --test && make ci')).toEqual([]);
  });

  test('may have scripts round those that are new, or that nobody starts', () => {
    const now = (scripts: Json, of: Json = base) =>
      asks(
        'package.json',
        JSON.stringify(of),
        JSON.stringify({ ...of, scripts }),
        undefined,
        'npm ci\nnpm test',
      );
    const { scripts } = base as { scripts: Json };
    expect(
      now({ ...scripts, prebuild: 'x', start: 'y', prestart: 'z', prepublishOnly: 'p', pretty: 'q' }),
    ).toEqual([]);
    const empty = { ...base, scripts: { test: 'echo "Error: no test specified" && exit 1' } };
    expect(now({ pretest: 'tsc', test: 'vitest' }, empty)).toEqual([]);
    const path = 'packages/cli/package.json';
    const fresh = (name: string) =>
      asks(
        path,
        undefined,
        JSON.stringify({ name: '@a/cli', scripts: { [name]: 'x' } }),
        workspace,
        'npm ci',
      );
    expect(fresh('build')).toEqual([]);
    expect(fresh('postinstall')).toHaveLength(1);
  });

  test('in a monorepo, packages of the repository may need each other, and none is called like one from elsewhere', () => {
    const now = (more: Json) => JSON.stringify({ name: '@a/cli', ...more });
    const path = 'packages/cli/package.json';
    expect(
      asks(
        path,
        undefined,
        now({ dependencies: { '@a/core': 'workspace:*', x: 'file:../core' } }),
        workspace,
      ),
    ).toEqual([]);
    expect(asks(path, undefined, now({ dependencies: { x: 'file:../../soft' } }), workspace)).toHaveLength(1);
    expect(asks(path, undefined, now({ name: 'left' }), workspace)).toEqual([
      'rules.dependencies: a package of the repository is called "left", as one that is installed',
    ]);
  });
});

describe('a package of the repository by its path', () => {
  const known = [
    { path: 'package.json', text: JSON.stringify({ ...base, workspaces: ['packages/*'] }) },
    { path: 'packages/core/package.json', text: JSON.stringify({ name: '@a/core' }) },
    { path: 'other/left/package.json', text: JSON.stringify({ name: 'left' }) },
    {
      path: 'package-lock.json',
      text: JSON.stringify({ packages: { 'node_modules/deep': { version: '1.0.0' } } }),
    },
  ];
  const needing = (needs: Json, brought: Json = {}) => {
    const files = Object.entries(brought).map(([path, json]) => ({ path, text: JSON.stringify(json) }));
    const root = { ...base, workspaces: ['packages/*'], devDependencies: needs };
    const now = [...files, { path: 'package.json', text: JSON.stringify(root) }];
    const manifests = readManifests(known, '', now);
    return now.flatMap(({ path, text }) => {
      const old = known.find((one) => one.path === path)?.text;
      return asksOfNeeds({ path, old, now: text }, manifests).map(({ code, why }) => `${code}: ${why}`);
    });
  };

  test.each<[string, Json, Json?]>([
    ['that is there', { '@a/core': 'file:packages/core' }],
    ['that is there, with a dot', { '@a/core': 'link:./packages/core/' }],
    ['under another name', { kernel: 'file:packages/core' }],
    ['that is new', { fresh: 'file:vendor/fresh' }, { 'vendor/fresh/package.json': { name: 'fresh' } }],
    ['with a program', {}, { 'packages/cli/package.json': { name: 'cli', bin: { hello: 'x.js' } } }],
    ['outside of every workspace', {}, { 'a/package.json': { scripts: { prepare: 'tsc' } } }],
  ])('may be needed: %s', (_, needs, brought) => expect(needing(needs, brought)).toEqual([]));

  test.each<[string, Json, Json, string]>([
    ['outside of the repository', { up: 'file:../up' }, {}, 'which is no range'],
    ['a folder without a package', { up: 'file:up' }, {}, 'which is no range'],
    ['an archive', { up: 'file:up.tgz' }, {}, 'which is no range'],
    ['called like one that comes with another', { deep: 'file:packages/core' }, {}, 'in the place of'],
    ['called like a runner', { vitest: 'file:packages/core' }, {}, 'in the place of'],
    ['called like a program', { node: 'file:packages/core' }, {}, 'in the place of'],
    [
      'that starts a script',
      { up: 'file:up' },
      { 'up/package.json': { scripts: { postinstall: 'x' } } },
      'starts its script "postinstall"',
    ],
    [
      'with the program of the checks',
      {},
      { 'packages/x/package.json': { bin: { vitest: 'x' } } },
      '"vitest"',
    ],
    ['a program of its own name', {}, { 'packages/x/package.json': { name: '@x/node', bin: 'x' } }, '"node"'],
    [
      'that was there and starts a script now',
      {},
      { 'packages/core/package.json': { name: '@a/core', scripts: { install: 'x' } } },
      'starts its script "install"',
    ],
    [
      'called like a part of another',
      {},
      { 'packages/x/package.json': { name: 'deep' } },
      'is called "deep"',
    ],
  ])('may not be %s', (_, needs, brought, why) =>
    expect(needing(needs, brought)).toEqual([
      expect.stringMatching(new RegExp(`^rules.dependencies: .*${why}`)),
    ]),
  );
});

describe('package-lock.json', () => {
  const entry = (name: string, version: string, more: Json = {}) => ({
    version,
    resolved: `https://registry.example.org/${name}/-/${name}-${version}.tgz`,
    integrity: `sha512-${name}${version}`,
    ...more,
  });
  const lock = (packages: Json) => JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } });
  const old = { 'node_modules/left': entry('left', '1.0.0'), 'node_modules/deep': entry('deep', '1.0.0') };
  const known = [{ path: 'package.json', text: JSON.stringify(base) }];
  const now = (change: Json) => asks('package-lock.json', lock(old), lock({ ...old, ...change }), known);

  test('may grow, and what follows may move', () => {
    expect(
      now({ 'node_modules/up': entry('up', '1.0.0'), 'node_modules/deep': entry('deep', '1.0.1') }),
    ).toEqual([]);
    expect(
      now({ 'packages/x': { name: 'x' }, 'node_modules/x': { resolved: 'packages/x', link: true } }),
    ).toEqual([]);
  });

  test.each<[string, Json]>([
    ['another content', { 'node_modules/deep': entry('deep', '1.0.0', { integrity: 'sha512-soft' }) }],
    [
      'another place',
      {
        'node_modules/deep': entry('deep', '1.0.0', {
          resolved: 'https://example.net/deep/-/deep-1.0.0.tgz',
        }),
      },
    ],
    ['another version of what is needed directly', { 'node_modules/left': entry('left', '1.0.1') }],
    [
      'a new package from another place',
      { 'node_modules/up': entry('up', '1.0.0', { resolved: 'https://example.net/up/-/up-1.0.0.tgz' }) },
    ],
    ['a new package from a file', { 'node_modules/up': { version: '1.0.0', resolved: 'file:soft.tgz' } }],
    ['a package under another name', { 'node_modules/up': { ...entry('soft', '1.0.0'), name: 'soft' } }],
  ])('may not have %s', (_, change) =>
    expect(now(change)).toEqual([expect.stringMatching(/^rules\.dependencies/)]),
  );
});

test('other lock files grow in the same way', () => {
  const yarn = (name: string, hash: string) =>
    `${name}@^1.0.0:\n  version "1.0.0"\n  resolved "https://registry.example.org/${name}/-/${name}-1.0.0.tgz#${hash}"\n  integrity sha512-${hash}\n`;
  const pnpm = (name: string, from: string) => `packages:\n\n  ${name}@1.0.0:\n    resolution: {${from}}\n`;
  const cargo = (name: string, sum: string, source = 'registry+https://index.example.org') =>
    `[[package]]\nname = "${name}"\nversion = "1.0.0"\nsource = "${source}"\nchecksum = "${sum}"\n`;
  const forms: readonly (readonly [
    path: string,
    old: string,
    grown: string,
    other: string,
    foreign: string,
  ])[] = [
    ['yarn.lock', yarn('a', '1'), yarn('b', '2'), yarn('a', '9'), yarn('b', '2').replace('/b/-/', '/c/-/')],
    [
      'pnpm-lock.yaml',
      pnpm('a', 'integrity: x'),
      pnpm('b', 'integrity: y'),
      pnpm('a', 'integrity: z'),
      pnpm('b', 'tarball: https://example.net/b.tgz'),
    ],
    [
      'Cargo.lock',
      cargo('a', '1'),
      cargo('b', '2'),
      cargo('a', '9'),
      cargo('b', '2', 'git+https://example.net/b'),
    ],
    ['go.sum', 'x.org/a v1.0.0 h1:a\n', 'x.org/b v1.0.0 h1:b\n', 'x.org/a v1.0.0 h1:z\n', ''],
    [
      'Gemfile.lock',
      'GEM\n  remote: https://gems.example.org/\n  specs:\n    a (1.0.0)\n',
      'GEM\n  remote: https://gems.example.org/\n  specs:\n    b (1.0.0)\n',
      '',
      'GIT\n  remote: https://example.net/b.git\n  specs:\n    b (1.0.0)\n',
    ],
  ];
  for (const [path, old, grown, other, foreign] of forms) {
    expect([path, asks(path, old, `${old}\n${grown}`, [])]).toEqual([path, []]);
    if (other !== '') expect([path, asks(path, old, other, []).length]).toEqual([path, 1]);
    if (foreign !== '') expect([path, asks(path, old, `${old}\n${foreign}`, []).length]).toEqual([path, 1]);
  }
});

describe('manifests of other ecosystems', () => {
  const forms: readonly (readonly [
    path: string,
    old: string,
    fine: readonly string[],
    not: readonly string[],
  ])[] = [
    [
      'requirements.txt',
      'flask==3.0.0\n',
      [
        'flask == 3.0.0  # web\nrequests>=2,<3\n',
        'flask==3.0.0\nuvicorn[standard]; python_version > "3.8"\n',
      ],
      [
        'flask==2.0.0\n',
        '',
        'flask==3.0.0\n-e ./soft\n',
        'flask==3.0.0\n--index-url https://example.net\n',
        'flask==3.0.0\nx @ file:///soft\n',
        'flask==3.0.0\nflask>=1\n',
      ],
    ],
    [
      'pyproject.toml',
      '[build-system]\nrequires = ["hatchling"]\n\n[project]\nname = "a"\ndependencies = [\n  "flask>=3",\n]\n\n[tool.pytest.ini_options]\naddopts = "-ra"\n',
      [
        '"flask>=3",|"flask>=3",\n  "requests[socks]~=2.0",',
        'name = "a"|name = "a"\nversion = "2"',
        'addopts = "-ra"\n|addopts = "-ra"\n\n[tool.ruff]\nline-length = 100\n',
      ],
      [
        '"flask>=3"|"flask>=2"',
        '"flask>=3",|"flask>=3",\n  "x @ git+https://example.net/x",',
        '-ra|-k nothing',
        '[build-system]|[tool.uv.sources]\nflask = { path = "soft" }\n\n[build-system]',
        'hatchling|soft',
      ],
    ],
    [
      'setup.cfg',
      '[options]\ninstall_requires =\n    a\n\n[tool:pytest]\naddopts = -ra\n',
      ['    a|    a\n    b>=1'],
      ['    a|    b', '-ra|-x', '    a|    a\n    b @ file:///soft'],
    ],
    [
      'go.mod',
      'module x\n\ngo 1.22\n\nrequire (\n\ta.org/a v1.0.0\n\tb.org/b v1.0.0 // indirect\n)\n',
      ['\ta.org/a v1.0.0|\ta.org/a v1.0.0\n\tc.org/c v1.2.0', 'b v1.0.0|b v1.1.0'],
      ['a.org/a v1.0.0|a.org/a v1.1.0', ')\n|)\n\nreplace a.org/a => ./soft\n'],
    ],
    [
      'Cargo.toml',
      '[package]\nname = "x"\n\n[dependencies]\nserde = "1"\n\n[profile.test]\nopt-level = 1\n',
      [
        'serde = "1"|serde = "1"\nrand = { version = "0.8", features = ["std"] }',
        'name = "x"|name = "x"\nversion = "2.0.0"',
      ],
      [
        '"1"|"2"',
        'serde = "1"|serde = "1"\nrand = { path = "soft" }',
        '\n\n[profile|\n\n[patch.crates-io]\nserde = { path = "soft" }\n\n[profile',
        'opt-level = 1|debug-assertions = false',
      ],
    ],
    [
      'Gemfile',
      'gem "rails", "~> 7.0"\n',
      ['gem|gem "puma"\ngem'],
      ['7.0|6.0', 'gem|gem "puma", path: "soft"\ngem', 'gem|gem "puma", git: "https://example.net"\ngem'],
    ],
  ];
  const edit = (old: string, change: string) => {
    if (!change.includes('|')) return change;
    const [from = '', to = ''] = change.split(/\|(.*)/s);
    if (!old.includes(from)) throw new Error(`there is no ${from}`);
    return old.replace(from, () => to);
  };
  const rows = (which: 2 | 3) =>
    forms.flatMap((form) => form[which].map((change) => [form[0], form[1], change] as const));

  test.each(rows(2))('%s may become another one', (path, old, change) =>
    expect(asks(path, old, edit(old, change))).toEqual([]),
  );
  test.each(rows(3))('%s must not become another one', (path, old, change) =>
    expect(asks(path, old, edit(old, change))).not.toEqual([]),
  );
});
