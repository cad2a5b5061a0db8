import { matches, parseGlob } from '../hands/glob-match.ts';
import { harnessFiles } from '../project/feature.ts';
import type { BytePath } from '../workspace/trees.ts';

/**
 * What a file is to the judge:
 * `test`: a test file; new ones are welcome, old ones count as the base has them.
 * `helper`: loaded by tests or by itself (fixtures, snapshots, conftest.py, mocks); like `test`, but never lets a new
 *           one near the tests of the base.
 * `config`: decides what runs and how; only the base's counts.
 * `manifest`: dependencies (the candidate's count) and configuration (the base's counts) in one file.
 * `lock`: goes with the dependencies.
 * `harness`: ours; the same in every tree, or a test could tell by the feature list whether it has to fail.
 * `source`: everything else, the work itself.
 */
export type Kind = 'test' | 'helper' | 'config' | 'manifest' | 'lock' | 'harness' | 'source';

/** What the base tells about its own rules. */
export interface RulesOfBase {
  /** Globs of the configuration: always `config`. */
  readonly protect: readonly string[];
  /** Files that reported tests on the base, whatever they are called. */
  readonly testFiles: ReadonlySet<string>;
  /** Commands of the checks and of init.sh, and the package.json scripts they lead to. */
  readonly commands: string;
  /** Files of the base that are no sources though they are called so: loaded by tests alone, named by configuration. */
  readonly found?: ReadonlyMap<string, Kind>;
}

const testNames = [
  // What ava, jest and node --test run by themselves.
  /(^|\/)(test|spec)\.[cm]?[jt]sx?$/,
  /\.(test|tests|spec|specs)\.[cm]?[jt]sx?$/,
  /(^|\/)[^/]+[-_](test|spec)\.[cm]?[jt]sx?$/,
  /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/,
  /_test\.(go|dart|exs)$/,
  /_(spec|test)\.rb$/,
  /(^|\/)[^/]*(Test|Tests|Spec|IT)\.(java|kt|scala|groovy|php|cs|swift)$/,
  /(^|\/)__tests__\/[^/]+\.[cm]?[jt]sx?$/,
  /(^|\/)tests\/[^/]+\.(rs|phpt)$/,
  /(^|\/)[^/]+\.(bats|t)$/,
];
const testFolders =
  /(^|\/)(test|tests|__tests__|__mocks__|__snapshots__|__fixtures__|__approvals__|testdata|e2e)\/|^(spec|specs|fixtures|cypress|goldens?)\//;
const helperNames = [
  /(^|\/)conftest\.py$/,
  /\.(snap|snapshot|ambr|golden)$|\.(approved|verified|golden|snap)\.[\w.]+$/,
  /(^|\/)(spec|test|rails)_helper\.rb$/,
  /\.(test|spec)-d\.ts$/,
  // Runners load these before the tests, wherever they stand.
  /(^|\/)(setup[-_.]?(tests?|jest|vitest|mocha)|(tests?|jest|vitest|mocha)[-_]?setup)\.[cm]?[jt]sx?$/i,
];

const tools =
  'vitest|vite|jest|babel|karma|playwright|cypress|wdio|ava|rollup|webpack|esbuild|rspack|tsup|swc|eslint|prettier|biome|stylelint|c8|nyc|web-test-runner';
const configNames = [
  new RegExp(
    `(^|/)(${tools})\\.([\\w-]+\\.)*(config|conf|setup|workspace|projects|preset|environment)(\\.[\\w-]+)+$`,
  ),
  /(^|\/)(babel|ava|nx|turbo|lerna|biome)(\.config)?\.jsonc?$/,
  /(^|\/)\.(eslint|prettier|stylelint|jshint|nyc|biome)ignore$/,
  /(^|\/)(pom\.xml|(build|settings)\.gradle(\.kts)?|gradle\.properties|composer\.json|build\.sbt|CMakeLists\.txt|Directory\.Build\.(props|targets)|[^/]+\.runsettings|xunit\.runner\.json|rust-toolchain(\.toml)?|pnpm-workspace\.yaml)$/,
  /(^|\/)[jt]sconfig(\.[\w-]+)*\.json$/,
  /(^|\/)\.(npmrc|yarnrc|pnpmfile|mocharc|nycrc|c8rc|swcrc|babelrc|eslintrc|prettierrc|taprc|rspec|coveragerc|pylintrc|flake8|node-version|nvmrc|python-version|tool-versions)(\.\w+)*$/,
  /(^|\/)\.env(\.test|\.local|\.test\.local)?$/,
  /(^|\/)(\.?pytest|tox|mypy|\.?ruff)\.(ini|toml)$|(^|\/)(bunfig\.toml|node\.config\.json)$/,
  // Where plugins of pytest make themselves known by standing there.
  /(^|\/)[^/]+\.(egg-info|dist-info)\//,
  // Handed to package managers and build tools before they read anything else.
  /^gradle\/|(^|\/)(\.pnp\.[\w.]+|\.yarn\/.+|\.mvn\/.+|gradlew|mvnw|deno\.jsonc?|global\.json|[Nn]u[Gg]et\.config)$/,
  // Loaded by Python before any test, or in the place of the runner.
  /(^|\/)(noxfile|sitecustomize|usercustomize)\.py$/,
  /(^|\/)(_pytest|pytest|unittest|pluggy|iniconfig)(\/__init__)?\.py$|^(packaging|pygments|exceptiongroup|tomli)(\/__init__)?\.py$/,
  /(^|\/)(GNU)?[Mm]akefile(\.\w+)?$|\.mk$/,
  /(^|\/)([Jj]ustfile|Taskfile\.ya?ml|Rakefile|phpunit\.xml(\.dist)?|nextest\.toml)$|^\.cargo\/config|^patches\//,
];
/** What runs by itself with the keys of people: on a server, or when somebody commits. */
export const ciFiles =
  /^(\.github\/(workflows|actions)\/|\.gitlab-ci|\.gitlab\/|\.circleci\/|\.ci\/|\.buildkite\/|\.travis\.yml|azure-pipelines|bitbucket-pipelines|Jenkinsfile|\.drone\.yml|\.husky\/|\.pre-commit-config|lefthook)/;
const ciPaths = /^\.github\//;

const manifests =
  /(^|\/)(package\.json|pyproject\.toml|setup\.cfg|(.*-)?requirements[^/]*\.(txt|in)|constraints[^/]*\.txt|go\.mod|Cargo\.toml|Gemfile|Pipfile)$|(^|\/)requirements\/[^/]+\.(txt|in)$/;
const locks =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|(Cargo|poetry|uv|pdm|composer|mix)\.lock|Pipfile\.lock|Gemfile\.lock|go\.sum|go\.work\.sum)$/;

/** Names below a folder by which its rules are known. */
const below = ['x', 'config', '__init__.py'];

/**
 * Tells the kind of each file. Names are compared as they are: `test/` is not `Test/`. A link may stand for a folder:
 * it has the kind of what would stand in a folder of its name.
 */
export function kindOf(rules: RulesOfBase): (path: BytePath, isLink?: boolean) => Kind {
  const kind = kindOfFile(rules);
  return (path, isLink = false) => {
    const own = kind(path);
    if (!isLink || own !== 'source') return own;
    const inside = below.map((name) => kind(`${path}/${name}`));
    return inside.find((one) => one === 'config' || one === 'helper') ?? own;
  };
}

function kindOfFile({
  protect,
  testFiles,
  commands,
  found = new Map(),
}: RulesOfBase): (path: BytePath) => Kind {
  const globs = protect.map(parseGlob).filter((glob) => typeof glob !== 'string');
  const named = filesIn(commands);
  return (path) => {
    const name = fileName(path);
    if (harnessFiles.includes(name)) return 'harness';
    if (globs.some((glob) => matches(glob, name)) || named.has(name)) return 'config';
    if (/(^|\/)node_modules\//.test(name)) return 'config';
    if (testFiles.has(name) || testNames.some((one) => one.test(name))) return 'test';
    if (testFolders.test(name) || helperNames.some((one) => one.test(name))) return 'helper';
    if (manifests.test(name)) return 'manifest';
    if (locks.test(name)) return 'lock';
    return configNames.some((one) => one.test(name)) || ciFiles.test(name) || ciPaths.test(name)
      ? 'config'
      : (found.get(name) ?? 'source');
  };
}

/**
 * Files that the commands name and that steer them: shell scripts, and programs in folders for such. A source file that
 * a command happens to start is the work itself, and stays so.
 */
export function filesIn(commands: string): ReadonlySet<string> {
  const words = commands.split(/[\s;&|()'"`<>=]+/).map((word) => word.replace(/^\.\//, ''));
  const steers = /\.(sh|bash)$|^(scripts?|tools?|ci|\.ci|build|hack|dev)\//;
  return new Set(words.filter((word) => steers.test(word)));
}

/** The path as runners and configuration write it. */
export function fileName(path: BytePath): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}
