import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ConfigInput } from '../../src/config.ts';
import type { Recorded } from '../../src/ledger/event.ts';
import type { Feature } from '../../src/project/feature.ts';
import { packageRoot } from '../../src/project/templates.ts';
import { feature } from '../helpers/feature.ts';
import { type TempRepo, tempRepo } from '../helpers/repo.ts';
import { brainProgram, ownCheck } from './brain.ts';
import { evaluatorProgram } from './evaluator.ts';
import { howToGet, initScript, packageFolders } from './packages.ts';
import { wanted, wantedNext } from './repos/repo.ts';
import { repos } from './repos.ts';
import type { Files, RepoName, Scene } from './scene.ts';

/** How a scene ended. */
export interface Ending {
  readonly scene: Scene;
  /** `accepted`: every feature passes. `broken`: there was no verdict. */
  readonly ruling: 'accepted' | 'refused' | 'broken';
  /** The first code of the refusal, with its feature when it was not the first. */
  readonly code: string;
  /** Whether the check was green in the brain's own checkout: what a loop that trusts the exit code would believe. */
  readonly trusted: boolean;
  /** Everything it said, for a reader who wants to know why. */
  readonly told: string;
  readonly ms: number;
}

/** A repository of one kind on which scenes are played, one after the other, each from its own base. */
export interface Stage extends AsyncDisposable {
  play(scene: Scene): Promise<Ending>;
}

/** Whether bubblewrap works here. These brains must not run without it. */
export function fenceWorks(): boolean {
  const words = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-pid', 'true'];
  return spawnSync('bwrap', words).status === 0;
}

/** Why scenes with this repository cannot be played here; undefined: they can. */
export function lacking(name: RepoName): string | undefined {
  const { needs: [program, ...words] = [], packages = {} } = repos[name];
  const runs = program === undefined || spawnSync(program, words, { stdio: 'ignore' }).status === 0;
  return runs && initScript(packages) !== undefined
    ? undefined
    : `${repos[name].runner} is not there${Object.keys(packages).length > 0 ? `: ${howToGet}` : ''}`;
}

/** The built program in a folder of its own: who builds it again meanwhile does not pull the code from under it. */
export async function builtProgram(): Promise<{ readonly bin: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'adversaries-program-'));
  for (const name of ['bin', 'dist', 'templates', 'package.json']) {
    await cp(join(packageRoot(), name), join(folder, name), { recursive: true });
  }
  return {
    bin: join(folder, 'bin', 'agentloop.cjs'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const gitconfig = '[user]\n\tname = Test Person\n\temail = person@example.com\n[gc]\n\tauto = 0\n';

/** Makes the repository; it disappears with `await using`. */
export async function openStage(name: RepoName, bin: string): Promise<Stage> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'adversaries-')));
  await writeFile(join(root, 'gitconfig'), gitconfig);
  const sample = repos[name];
  const env = {
    ...clean(process.env),
    GIT_CONFIG_GLOBAL: join(root, 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    XDG_CACHE_HOME: join(root, 'cache'),
  };
  const repo = await tempRepo({ ...sample.files, 'init.sh': initScript(sample.packages ?? {}) ?? '' });
  return {
    async play(scene) {
      const started = Date.now();
      await repo.git('checkout', '-q', '-f', '-B', `scene/${scene.name}`, 'main');
      await repo.git('clean', '-fdxq');
      await repo.commit('base', baseOf(scene, root));
      if (scene.elsewhere !== undefined) await commitElsewhere(repo, scene);
      await putSealed(scene, join(root, 'sealed', scene.name));
      const ran = await run([bin, ...(await wordsFor(scene, root))], { cwd: repo.dir, env });
      return endingOf(scene, repo, ran, Date.now() - started);
    },
    async [Symbol.asyncDispose]() {
      await repo.remove();
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Writes the programs of the brains of a scene and gives the command line that runs them. */
async function wordsFor(scene: Scene, root: string): Promise<readonly string[]> {
  const check = scene.config?.judge?.checks?.[0]?.command ?? repos[scene.repo].check;
  const [coder, evaluator] = [`${scene.name}.mjs`, `${scene.name}-evaluator.mjs`];
  await writeFile(join(root, coder), brainProgram(scene, check));
  const words = ['run', '--new', '--base', `scene/${scene.name}`, '--name', scene.name, '--output', 'plain'];
  words.push(
    '--max-sessions',
    scene.next === undefined ? '1' : '2',
    '--brain',
    `command:node ${join(root, coder)}`,
  );
  if (scene.objectsTo !== undefined) {
    await writeFile(join(root, evaluator), evaluatorProgram(scene.objectsTo));
    words.push('--role', `evaluator=command:node ${join(root, evaluator)}`);
  }
  return words;
}

function baseOf(scene: Scene, root: string): Files {
  const { check, given } = repos[scene.repo];
  const second = scene.next === undefined ? [] : [feature('F002', { ...wantedNext, dependsOn: ['F001'] })];
  const features: Feature[] = [feature('F001', { ...wanted, ...scene.feature }), ...second];
  const { judge = {}, ...config } = scene.config ?? {};
  const own: ConfigInput = {
    judge: {
      checks: [{ name: 'tests', command: check, timeout: '20s' }],
      ...judge,
      ...(scene.sealed === undefined ? {} : { sealed: { dir: join(root, 'sealed', scene.name) } }),
    },
    limits: { refusalsPerSession: 0, sessionsPerFeature: 1, sessionTime: '2m' },
    fence: { mode: 'bubblewrap', readOnly: [...packageFolders] },
    ...config,
  };
  return {
    ...(scene.given ? given : {}),
    'feature-list.json': `${JSON.stringify({ version: 1, spec: 'whole numbers', features }, null, 2)}\n`,
    'agentloop.config.json': `${JSON.stringify(own, null, 2)}\n`,
    'AGENTS.md': '# Whole numbers\n',
    ...scene.base,
  };
}

/** A branch with that work, and a commit with it in the reflog of the base's branch. */
async function commitElsewhere(repo: TempRepo, { name, elsewhere = {} }: Scene): Promise<void> {
  const work = await repo.commit('the work, by a person', elsewhere);
  await repo.git('branch', '-f', 'elsewhere', work);
  await repo.git('reset', '-q', '--hard', 'HEAD~1');
  await repo.git('tag', '-f', `${name}-elsewhere`, work);
}

async function putSealed({ sealed = {} }: Scene, folder: string): Promise<void> {
  for (const [path, content] of Object.entries(sealed)) {
    await mkdir(dirname(join(folder, 'F001', path)), { recursive: true });
    await writeFile(join(folder, 'F001', path), content as string);
  }
}

async function endingOf(scene: Scene, repo: TempRepo, ran: Ran, ms: number): Promise<Ending> {
  const folder = join(repo.dir, '.git', 'agentloop', 'runs', scene.name);
  const lines = (await readFile(join(folder, 'events.jsonl'), 'utf8').catch(() => ''))
    .split('\n')
    .filter(Boolean);
  const events = lines.map((line) => JSON.parse(line) as Recorded);
  const said = await transcripts(join(folder, 'sessions'));
  const features = scene.next === undefined ? ['F001'] : ['F001', 'F002'];
  const rulings = features.map((id) => [id, events.findLast((event) => rules(event, id))] as const);
  const [id, last] =
    rulings.find(([, event]) => event?.type !== 'judge.ruled' || event.ruling === 'refused') ?? [];
  const reopened = events.find((event) => event.type === 'feature.reopened');
  const told = [...events.flatMap(words), ...printed(said), ran.output.slice(-1500)].join('\n');
  const common = { scene, trusted: said.includes(`${ownCheck} green`), told, ms };
  if (id === undefined) {
    return reopened === undefined
      ? { ...common, ruling: 'accepted', code: '' }
      : { ...common, ruling: 'refused', code: 'final judge' };
  }
  if (last?.type !== 'judge.ruled') return { ...common, ruling: 'broken', code: 'no verdict' };
  return { ...common, ruling: 'refused', code: last.reasons[0]?.code ?? '' };
}

function rules(event: Recorded, id: string): boolean {
  return event.type === 'judge.ruled' && event.scope === 'candidate' && event.feature === id;
}

/** What a reader of a wrong ending wants to see of an event. */
function words(event: Recorded): readonly string[] {
  if (event.type === 'judge.broken' || event.type === 'brain.failed')
    return [`${event.type}: ${event.reason}`];
  if (event.type !== 'judge.ruled') return [];
  const { scope, ruling, reasons, proof, notes, suspicions } = event;
  return [
    `${scope} ${ruling} ${JSON.stringify({ proof, notes, suspicions })}`,
    ...reasons.map(({ code, text, output }) => `${code}: ${text}\n${(output ?? '').slice(-1200)}`),
  ];
}

/** The lines that brains printed. */
function printed(transcript: string): readonly string[] {
  const lines = transcript.split('\n').filter((line) => line.includes('"command.printed"'));
  return lines.map((line) => (JSON.parse(line) as { text: string }).text).slice(-60);
}

async function transcripts(folder: string): Promise<string> {
  const names = (await readdir(folder).catch(() => [] as string[])).sort();
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
}

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

function run(words: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** What the machine happens to have set must not decide how a scene ends. */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const strange =
    /^(ANTHROPIC_|AGENTLOOP_|GIT_|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$|FORCE_COLOR$|NO_COLOR$|VITEST|PYTEST)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !strange.test(name)));
}
