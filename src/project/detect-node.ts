import { check, type Files, type Found } from './found.ts';
import { type Runner, reportFor, runnersIn, withoutBail } from './runners.ts';
import { scriptsOf, scriptsText } from './scripts-text.ts';
import { fill, template } from './templates.ts';
import { partsOf } from './test-parts.ts';

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly optionalDependencies?: object;
  readonly peerDependencies?: object;
  readonly workspaces?: unknown;
}

const plainCommand: Readonly<Record<Runner, string>> = {
  'node-test': 'node --test',
  vitest: 'npx vitest run',
  jest: 'npx jest',
  mocha: 'npx mocha',
  ava: 'npx ava',
};
const testFile = /(?:^|\/)(?:[^/]+[._-]test|test-[^/]+|test|(?:.*\/)?tests?\/.+)\.[cm]?[jt]sx?$/;
const maxFilesRead = 20;

/** Node: which runner, how it is called, what `npm ci` and its like need. */
export async function detectNode(files: Files): Promise<Found> {
  const none: Found = { checks: [], install: '', makes: [], notes: [] };
  const text = await files.read('package.json');
  const runsPlain = text === undefined && (await usesNodeTest(files));
  if (runsPlain) return { ...none, checks: [check('test', 'node --test', 'node-test')] };
  if (text === undefined) return none;
  const manifest = readManifest(text);
  if (!manifest) return { ...none, notes: ['package.json is not a JSON object: nothing was read from it.'] };
  const { install, notes } = await installLines(files, manifest);
  return {
    checks: await checksOf(files, manifest, text),
    install,
    makes: install === '' ? [] : ['node_modules/'],
    notes,
  };
}

function readManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Manifest)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What the test script of a person does, however it gets there; without one, what is installed or used by tests. */
async function checksOf(files: Files, manifest: Manifest, text: string): Promise<Found['checks']> {
  const script = testScript(manifest);
  if (script === '') {
    const runner = await runnerWithoutScript(files, manifest);
    return runner ? [check('test', plainCommand[runner], runner)] : [];
  }
  const parts = partsOf(script, text, scriptsOf(text));
  if (parts.length > 0) return parts.map(({ name, command, report }) => check(name, command, report));
  const direct = directly(script, manifest);
  const through = `${managerOf(files)} test`;
  return [
    direct
      ? check('test', direct.command, direct.runner)
      : check('test', through, reportFor(scriptsText(through, text))),
  ];
}

async function runnerWithoutScript(files: Files, manifest: Manifest): Promise<Runner | undefined> {
  const known = { ...manifest.dependencies, ...manifest.devDependencies };
  const installed = (['vitest', 'jest', 'mocha', 'ava'] as const).find((name) => Object.hasOwn(known, name));
  return installed ?? ((await usesNodeTest(files)) ? 'node-test' : undefined);
}

/** The runner itself, where the script is nothing else or would wait for changes. */
function directly(script: string, manifest: Manifest): { command: string; runner: Runner } | undefined {
  const [runner] = runnersIn(script);
  if (runner === undefined) return undefined;
  const watches = /\s--?w(?:atch(?:All)?)?\b|\bvitest\s+(?:watch|dev)\b/.test(script);
  if (watches) return { command: plainCommand[runner], runner };
  const more = /[&|;<>$`]|^\w+=|cross-env|npm |pnpm |yarn /.test(script);
  if (more || manifest.scripts?.['pretest'] !== undefined) return undefined;
  if (runner === 'node-test') return { command: script, runner };
  const direct = withoutBail(script)
    .replace(/^npx\s+/, '')
    .replace(/^\S*\/(?=vitest|jest|mocha|ava)/, '');
  if (!direct.startsWith(runner)) return undefined;
  // Without "run" vitest would wait for changes.
  const waits = runner === 'vitest' && !/^vitest\s+run\b|\s--run\b/.test(direct);
  return { command: `npx ${waits ? direct.replace('vitest', 'vitest run') : direct}`, runner };
}

function testScript(manifest: Manifest): string {
  const script = manifest.scripts?.['test'];
  return typeof script === 'string' && !script.includes('no test specified') ? script.trim() : '';
}

function managerOf({ paths }: Files): 'npm' | 'pnpm' | 'yarn' {
  if (paths.includes('pnpm-lock.yaml')) return 'pnpm';
  return paths.includes('yarn.lock') ? 'yarn' : 'npm';
}

async function installLines(files: Files, manifest: Manifest): Promise<{ install: string; notes: string[] }> {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies, workspaces } = manifest;
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies };
  if (Object.keys(all).length === 0 && workspaces === undefined) return { install: '', notes: [] };
  const manager = managerOf(files);
  if (manager === 'pnpm') return { install: template('init/pnpm.sh'), notes: [] };
  if (manager === 'yarn') {
    const berry = (await files.read('yarn.lock'))?.includes('__metadata:') === true;
    return {
      install: fill(template('init/yarn.sh'), { frozen: berry ? '--immutable' : '--frozen-lockfile' }),
      notes: [],
    };
  }
  const locked = files.paths.includes('package-lock.json') || files.paths.includes('npm-shrinkwrap.json');
  if (locked) return { install: template('init/npm-ci.sh'), notes: [] };
  const note = 'package.json has dependencies but no lock file: installs may differ from day to day.';
  return { install: template('init/npm-install.sh'), notes: [note] };
}

async function usesNodeTest(files: Files): Promise<boolean> {
  const tests = files.paths.filter((path) => testFile.test(path) && !path.includes('node_modules/'));
  for (const path of tests.slice(0, maxFilesRead)) {
    if (/['"]node:test['"]/.test((await files.read(path)) ?? '')) return true;
  }
  return false;
}
