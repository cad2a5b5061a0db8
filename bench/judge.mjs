import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, git, inFolder, lines, median, row, timed } from './measure.mjs';

/** Test files of the suite, and how long each of them takes. */
const suite = { files: 10, ms: 400 };
const command = 'node --test --test-concurrency=1';
/** The first one is judged on a base that was just seen for the first time; the others on one that is known. */
const features = 3;

const honest = [
  "printf 'export const double = (n) => n * 2;\\n' > src/$AGENTLOOP_FEATURE.js",
  `printf "import test from 'node:test';\\nimport assert from 'node:assert';\\nimport { double } from '../src/$AGENTLOOP_FEATURE.js';\\ntest('doubles', () => assert.equal(double(21), 42));\\n" > test/$AGENTLOOP_FEATURE.test.js`,
].join('; ');

/**
 * What judging costs, beside running the checks once: a plain run of the same command in a plain clone, measured in
 * between. And how soon work without a proof is refused.
 */
export async function judge() {
  await inFolder(async (folder) => {
    console.log(`judging a feature where the suite takes 5 s, base known                    ms    ratio`);
    const repos = Object.fromEntries(
      ['off', 'on', 'refused'].map((name) => [name, repositoryAt(join(folder, name), name === 'on')]),
    );
    const plain = [plainRun(folder, repos.off)];
    const off = judged(repos.off, folder, honest);
    plain.push(plainRun(folder, repos.off));
    const on = judged(repos.on, folder, honest);
    plain.push(plainRun(folder, repos.off));
    const refused = judged(repos.refused, folder, "echo '// soon' > src/$AGENTLOOP_FEATURE.js");
    const once = median(plain);
    row('the checks once, in a plain clone', once, once);
    report('accepted, without mutants', off.filter(accepted).slice(1), once, 'target 2.5x');
    report(
      'accepted, with mutants',
      on.filter(accepted).slice(1),
      once,
      'target 2.5x and the box of the mutants',
    );
    report('refused, no proof', refused.slice(0, 1), once, 'target below 2x');
  });
}

const accepted = ({ ruling }) => ruling === 'accepted';

function report(name, rulings, once, target) {
  if (rulings.length === 0) throw new Error(`nothing was ${name}`);
  row(name, median(rulings.map(({ ms }) => ms)), once, target);
  const last = rulings.at(-1);
  const runs = last.runs.map(({ as, ms }) => `${as.join(' = ')} ${ms}`);
  const inRuns = last.runs.reduce((sum, { ms }) => sum + ms, 0);
  const number = last.runs.length;
  console.log(
    `      ${number} ${number === 1 ? 'run' : 'runs'}: ${runs.join(' + ')} + our own ${last.ms - inRuns}`,
  );
}

/** The verdicts of a run with what they rest on; each: ruling, ms, and the time of every run of its evidence. */
function judged(repo, folder, brain) {
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  const args = ['run', '--name', 'bench', '--max-sessions', String(features), '--output', 'quiet'];
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args, '--brain', `command:${brain}`], {
    cwd: repo,
    env,
    encoding: 'utf8',
  });
  if (![0, 10, 11].includes(status)) throw new Error(`agentloop run ended with ${status}: ${stderr}`);
  const dir = join(repo, '.git/agentloop/runs/bench');
  const rulings = lines(join(dir, 'events.jsonl')).filter(
    ({ type, scope }) => type === 'judge.ruled' && scope === 'candidate',
  );
  return rulings.map(({ ruling, ms, feature, session }) => {
    const evidence = JSON.parse(readFileSync(join(dir, 'evidence', `${feature}-${session}-1.json`), 'utf8'));
    const runs = evidence.runs.map(({ as, checks }) => ({
      as,
      ms: checks.reduce((sum, one) => sum + one.ms, 0),
    }));
    return { ruling, ms, runs };
  });
}

function plainRun(folder, repo) {
  const clone = join(folder, `plain-${Math.random().toString(36).slice(2)}`);
  git(folder, 'clone', '-q', repo, clone);
  return timed('sh', ['-c', command], { cwd: clone, env: { ...process.env, CI: '1' }, expect: 0 });
}

function repositoryAt(dir, mutants) {
  mkdirSync(join(dir, 'src'), { recursive: true });
  mkdirSync(join(dir, 'test'));
  const put = (path, text) => writeFileSync(join(dir, path), text);
  put('package.json', '{ "name": "bench", "type": "module" }\n');
  put('src/slow.js', `export const slow = () => new Promise((done) => setTimeout(done, ${suite.ms}, 1));\n`);
  for (let n = 0; n < suite.files; n += 1) {
    put(
      `test/slow${n}.test.js`,
      "import test from 'node:test';\nimport assert from 'node:assert';\nimport { slow } from '../src/slow.js';\n" +
        `test('slow ${n}', async () => assert.equal(await slow(), 1));\n`,
    );
  }
  const list = Array.from({ length: features }, (_, n) => ({
    id: `F${n + 1}`,
    title: `Double, number ${n + 1}`,
    proof: 'tests',
    passes: false,
  }));
  put('feature-list.json', `${JSON.stringify({ version: 1, spec: '', features: list }, null, 2)}\n`);
  const checks = [{ name: 'tests', command }];
  put('agentloop.config.json', JSON.stringify({ judge: { checks, mutants: { enabled: mutants } } }));
  git(dir, 'init', '-q', '-b', 'main');
  git(dir, 'config', 'user.name', 'Bench');
  git(dir, 'config', 'user.email', 'bench@localhost');
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'first');
  return dir;
}
