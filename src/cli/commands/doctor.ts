import type { Config } from '../../config.ts';
import { openSetting } from '../../loop/setting.ts';
import { findFence } from '../../workspace/fence.ts';
import { openRepository } from '../../workspace/repository.ts';
import type { Diagnosis, Finding } from '../diagnosis.ts';
import { endOrphansHere, fixHere } from '../doctor-fix.ts';
import { codeOf } from '../exit.ts';
import { findPlace } from '../find-runs.ts';
import { gates } from '../gates.ts';
import { harmless, wrap } from '../harmless.ts';
import { inspectBase } from '../inspect-base.ts';
import { attempt, inspectMachine } from '../inspect-machine.ts';
import { inspectProject } from '../inspect-project.ts';
import { inspectTime } from '../inspect-time.ts';
import type { Io } from '../io.ts';
import { configHere } from '../load-config.ts';
import { wantsColour } from '../output.ts';
import { makePaint, type Paint } from '../paint.ts';

const marks: Readonly<Record<Finding['state'], { symbol: string; tone: keyof Paint }>> = {
  ok: { symbol: '✓', tone: 'good' },
  warn: { symbol: '!', tone: 'warn' },
  fail: { symbol: '✗', tone: 'bad' },
};
const indent = 16;

export interface DoctorFlags {
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly ci?: boolean;
  readonly fix?: boolean;
  readonly orphans?: boolean;
  /** Who would think, in place of the coder's brain of the configuration. */
  readonly brain?: string;
}

/**
 * `agentloop doctor`: whether a run could start here, thing by thing, and what to do where not. Exit 0 or 3. Gates count
 * only with `--ci`: a person who looks decides for himself.
 */
export async function doctor(io: Io, flags: DoctorFlags, version = ''): Promise<number> {
  if (flags.orphans) return orphans(io, flags);
  const fixed = flags.fix ? await withRepository(io, fixHere) : [];
  const findings = await everything(io, flags, version);
  const bad = findings.filter(({ state, gate }) => state === 'fail' && (flags.ci === true || gate !== true));
  const ok = bad.length === 0;
  if (flags.json) json(io, { version: 1, ok, findings: [...findings], fixed: [...fixed] });
  else await page(io, findings, fixed, flags.ci ? verdictCi(bad) : verdict(bad));
  return ok ? 0 : codeOf('cannot-start');
}

async function everything(io: Io, flags: DoctorFlags, version: string): Promise<readonly Finding[]> {
  const machine = await inspectMachine(io);
  if (!findPlace(io.cwd)) return [...machine, inspectTime(undefined, io.now())];
  const named = flags.brain === undefined ? {} : { brain: flags.brain };
  const config = await configHere(io, named).then(
    (loaded): Config => loaded.config,
    () => undefined,
  );
  const project = await inspectProject(io, named);
  // What is broken before would only be told a second time.
  const deep = !flags.quick && config && project.every(({ state }) => state !== 'fail');
  const base = deep ? await inspectBase(io, version) : [];
  return [
    ...machine,
    inspectTime(config, io.now()),
    ...project,
    ...base,
    ...(config ? await gatesHere(io) : []),
  ];
}

async function gatesHere(io: Io): Promise<readonly Finding[]> {
  const found = await attempt('gates', async () => {
    const input = { cwd: io.cwd, env: io.env, flags: {}, version: '', now: io.now, say: () => undefined };
    const setting = await openSetting(input);
    const { repo, config } = setting;
    const hide = [repo.top, repo.commonDir, repo.cacheDir];
    const fence = await findFence({ mode: config.fence.mode, hide, cacheRoot: repo.cacheDir, env: io.env });
    return { list: await gates(io, { ...setting, fence }) };
  });
  return 'list' in found ? found.list : [found];
}

async function orphans(io: Io, flags: DoctorFlags): Promise<number> {
  const fixed = await withRepository(io, endOrphansHere);
  if (flags.json) json(io, { version: 1, ok: true, findings: [], fixed: [...fixed] });
  else if (fixed.length === 0) io.stdout.write('Nothing is left over here.\n');
  for (const one of flags.json ? [] : fixed) io.stdout.write(`${harmless(one)}\n`);
  return 0;
}

/** UserError outside of a repository: what belongs to others is not ours to end. */
async function withRepository(
  io: Io,
  work: (repo: Awaited<ReturnType<typeof openRepository>>) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { cacheDir } = (await configHere(io).catch(() => undefined))?.config.workspace ?? {};
  return work(await openRepository(io.cwd, { env: io.env, ...(cacheDir === undefined ? {} : { cacheDir }) }));
}

function json(io: Io, diagnosis: Diagnosis): void {
  io.stdout.write(`${JSON.stringify(diagnosis, null, 2)}\n`);
}

async function page(
  io: Io,
  findings: readonly Finding[],
  fixed: readonly string[],
  last: string,
): Promise<void> {
  const paint = await makePaint(wantsColour(io.env, io.stdout.isTTY === true));
  const columns = io.stdout.columns ?? 100;
  const print = (text = '') => io.stdout.write(`${text}\n`);
  for (const one of fixed) print(`${paint.good('✓')} ${paint.strong('mended'.padEnd(13))} ${harmless(one)}`);
  if (fixed.length > 0) print();
  for (const gate of [false, true]) {
    const part = findings.filter((finding) => (finding.gate === true) === gate);
    if (gate && part.length > 0) print(`\n${paint.strong('Where nobody looks')}`);
    for (const finding of part) for (const line of lines(finding, paint, columns)) print(line);
  }
  print(`\n${last}`);
}

function verdict(bad: readonly Finding[]): string {
  return bad.length > 0 ? 'A run cannot start here yet.' : 'A run can start here.';
}

function verdictCi(bad: readonly Finding[]): string {
  if (bad.length === 0) return 'A run that nobody looks at can start here.';
  return `A run that nobody looks at cannot start here: ${bad.map(({ name }) => name).join(', ')}.`;
}

function lines({ name, state, what, help }: Finding, paint: Paint, columns: number): readonly string[] {
  const { symbol, tone } = marks[state];
  const room = Math.max(20, columns - indent - 1);
  const [first = '', ...more] = harmless(what)
    .split('\n')
    .flatMap((line) => wrap(line, room));
  // A command must stay in one piece to be copied; sentences need not.
  const rest = (help === undefined ? [] : harmless(help).split('\n')).flatMap((line) =>
    line.endsWith('.') ? wrap(line, room) : [line],
  );
  return [
    `${paint[tone](symbol)} ${paint.strong(name.padEnd(13))} ${first}`,
    ...more.map((line) => `${' '.repeat(indent)}${line}`),
    ...rest.map((line) => `${' '.repeat(indent)}${paint.quiet(line)}`),
  ];
}
