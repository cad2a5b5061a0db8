import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { evaluate, filledIn, isWanted, type JobStatus } from './expressions.ts';

/** Plays a workflow of GitHub Actions as a runner would: steps in their order, each in a shell of its own. */

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
  readonly run?: string;
  readonly env?: Record<string, string>;
}
interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly outputs?: Record<string, string>;
  readonly permissions?: Record<string, string>;
  readonly steps: readonly Step[];
}

/** Where a workflow is played. */
export interface Stage {
  /** The repository that `actions/checkout` clones. */
  readonly remote: string;
  /** An empty folder for everything. */
  readonly root: string;
  readonly secrets: Record<string, string>;
  readonly inputs: Record<string, string>;
  /** Environment of every step: stands in for the machine. */
  readonly env: Record<string, string>;
}

/** What a step did. */
export interface Played {
  readonly job: string;
  readonly name: string;
  readonly outcome: 'success' | 'failure' | 'cancelled' | 'skipped';
  readonly said: string;
  readonly outputs: Record<string, string>;
  readonly env: Record<string, string>;
}

/** The jobs of a workflow one after the other. `cancel`: called with what a step has said so far; true ends the job. */
export async function play(
  text: string,
  stage: Stage,
  cancel: (step: string, said: string) => boolean = () => false,
): Promise<readonly Played[]> {
  const { jobs } = parse(text) as { jobs: Record<string, Job> };
  const needs: Record<string, { result: string; outputs: Record<string, string> }> = {};
  const played: Played[] = [];
  for (const [name, job] of Object.entries(jobs)) {
    const before = Object.values(needs).map(({ result }) => result);
    const status: JobStatus = { failed: before.includes('failure'), cancelled: before.includes('cancelled') };
    if (!isWanted(job.if, { needs, inputs: stage.inputs, github: github(stage) }, status)) continue;
    const done = await playJob(name, job, stage, needs, cancel);
    played.push(...done.steps);
    needs[name] = done;
  }
  return played;
}

const github = ({ secrets }: Stage) => ({ token: secrets['GITHUB_TOKEN'] ?? 'dummy-token' });

async function playJob(
  name: string,
  job: Job,
  stage: Stage,
  needs: Record<string, { result: string; outputs: Record<string, string> }>,
  cancel: (step: string, said: string) => boolean,
) {
  const root = join(stage.root, name);
  const workspace = join(root, 'workspace');
  const temp = join(root, 'temp');
  for (const folder of [workspace, temp, join(root, 'home')]) mkdirSync(folder, { recursive: true });
  const status: JobStatus = { failed: false, cancelled: false };
  const steps: Record<string, { outputs: Record<string, string>; outcome: string }> = {};
  const played: Played[] = [];
  for (const [at, step] of job.steps.entries()) {
    const contexts = {
      steps,
      needs,
      inputs: stage.inputs,
      secrets: stage.secrets,
      github: github(stage),
      runner: { temp },
    };
    const fill = (value: unknown) => filledIn(String(value), contexts, status);
    const title = step.name ?? step.uses ?? step.id ?? String(at);
    let outcome: Played['outcome'] = 'skipped';
    let said = '';
    let outputs: Record<string, string> = {};
    const env = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, fill(value)]));
    if (isWanted(step.if, contexts, status)) {
      const given = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([key, value]) => [key, fill(value)]),
      );
      if (step.uses !== undefined) {
        use(step.uses, given, { workspace, stage });
        outcome = 'success';
      } else {
        const files = { output: join(root, `output-${at}`), summary: join(root, `summary-${at}`) };
        for (const file of Object.values(files)) writeFileSync(file, '');
        const ran = await shell(fill(step.run), {
          script: join(root, `step-${at}.sh`),
          cwd: workspace,
          env: {
            ...stage.env,
            HOME: join(root, 'home'),
            XDG_CACHE_HOME: join(root, 'cache'),
            CI: 'true',
            GITHUB_ACTIONS: 'true',
            GITHUB_ACTOR: 'ada',
            GITHUB_RUN_ID: '4711',
            GITHUB_REPOSITORY: 'ada/todo',
            GITHUB_OUTPUT: files.output,
            GITHUB_STEP_SUMMARY: files.summary,
            RUNNER_TEMP: temp,
            ...env,
          },
          cancel: (text) => cancel(title, text),
        });
        said = ran.said;
        outputs = outputsOf(readFileSync(files.output, 'utf8'));
        outcome = ran.cancelled ? 'cancelled' : ran.code === 0 ? 'success' : 'failure';
        writeFileSync(join(root, `summary-${step.id ?? at}.md`), readFileSync(files.summary));
      }
    }
    if (outcome === 'failure') status.failed = true;
    if (outcome === 'cancelled') status.cancelled = true;
    if (step.id !== undefined) steps[step.id] = { outputs, outcome };
    played.push({ job: name, name: title, outcome, said, outputs, env });
  }
  const result = status.cancelled ? 'cancelled' : status.failed ? 'failure' : 'success';
  const outputs = Object.fromEntries(
    Object.entries(job.outputs ?? {}).map(([key, value]) => [
      key,
      String(evaluate(value.replace(/^\$\{\{|\}\}$/g, '').trim(), { steps }, status) ?? ''),
    ]),
  );
  return { result, outputs, steps: played };
}

function use(
  action: string,
  given: Record<string, string>,
  { workspace, stage }: { workspace: string; stage: Stage },
) {
  const [name] = action.split('@');
  const artifact = join(stage.root, 'artifacts', given['name'] ?? '');
  if (name === 'actions/checkout') {
    const args = ['clone', '-q', '--branch', given['ref'] ?? 'main', stage.remote, workspace];
    const { status, stderr } = spawnSync('git', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  } else if (name === 'actions/upload-artifact') {
    if (!existsSync(given['path'] ?? '')) throw new Error(`no files at ${given['path']}`);
    cpSync(given['path'] ?? '', artifact, { recursive: true });
  } else if (name === 'actions/download-artifact') cpSync(artifact, given['path'] ?? '', { recursive: true });
  else if (name !== 'actions/setup-node') throw new Error(`nobody plays ${action}`);
}

/** As a runner starts it: `bash -e {0}`; a job that is called off is told so with SIGINT, and with SIGTERM later. */
function shell(
  text: string,
  how: {
    readonly script: string;
    readonly cwd: string;
    readonly env: Record<string, string>;
    readonly cancel: (said: string) => boolean;
  },
): Promise<{ code: number | null; said: string; cancelled: boolean }> {
  writeFileSync(how.script, text);
  const child: ChildProcess = spawn('bash', ['-e', how.script], {
    cwd: how.cwd,
    env: how.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let cancelled = false;
  const timers: NodeJS.Timeout[] = [];
  const hear = (part: Buffer) => {
    said += part.toString('utf8');
    if (cancelled || !how.cancel(said)) return;
    cancelled = true;
    child.kill('SIGINT');
    timers.push(setTimeout(() => child.kill('SIGTERM'), 7_500));
    timers.push(setTimeout(() => child.kill('SIGKILL'), 10_000));
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ code, said, cancelled });
    });
  });
}

/** What a step has written into GITHUB_OUTPUT: `name=value`, and values of several lines. */
export function outputsOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, word] = /^(\w+)<<(.+)$/.exec(lines[at] ?? '') ?? [];
    if (name !== undefined) {
      const end = lines.indexOf(word ?? '', at + 1);
      if (end < 0) throw new Error(`the value of ${name} has no end`);
      found[name] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else {
      const [, key, value] = /^([\w-]+)=(.*)$/.exec(lines[at] ?? '') ?? [];
      if (key !== undefined) found[key] = value ?? '';
    }
  }
  return found;
}
