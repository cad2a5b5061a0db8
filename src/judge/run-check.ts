import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { Check } from '../config.ts';
import { scriptsText } from '../project/scripts-text.ts';
import type { Checkout } from '../workspace/checkout.ts';
import { isFull } from '../workspace/is-full.ts';
import type { ExecOptions, Finished } from '../workspace/workspace.ts';
import { broken } from './codes.ts';
import { checkMs } from './definition.ts';
import type { Broken } from './judge.ts';
import type { Watch } from './probe/watch.ts';
import type { Adapter, Asked, BrokenReport, ReportFile } from './runners/adapter.ts';
import { adaptersFor } from './runners/adapters.ts';
import { collect } from './runners/collect.ts';
import { identify } from './runners/identity.ts';
import { listenTo } from './runners/listening.ts';
import { joinEnv, putQuestions } from './runners/put-questions.ts';
import type { CheckSeen, TestSeen } from './seen.ts';
import { mostTouched } from './touched.ts';

const keptBytes = 64 * 1024;

/** How one command is run in a checkout that was just filled. */
export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Text of package.json in the tree that is run. */
  readonly manifest: string | undefined;
  /** File for the whole output. */
  readonly log: string;
  readonly signal: AbortSignal;
  /** Looks on while the check runs, beside those who ask for its report. */
  readonly watch?: Watch;
}

/** Runs a check and learns which tests it ran. Broken when it was not run at all; whatever it does is data. */
export async function runCheck(
  checkout: Checkout,
  check: Check,
  options: RunOptions,
): Promise<CheckSeen | Broken> {
  // New folders each time: what commands left in them is never written through, and never read.
  const given = await mkdtemp(join(checkout.given.path, 'judge-'));
  const out = await mkdtemp(join(checkout.out.path, 'judge-'));
  const run: Asked = {
    folder: posix.join(checkout.given.inside, basename(given)),
    out: posix.join(checkout.out.inside, basename(out)),
    top: checkout.inside,
    text: scriptsText(check.command, options.manifest),
  };
  const adapters = adaptersFor(check.report);
  const heard = await listenTo(check.report, adapters, run, { folder: given, out, top: checkout.path });
  let reports: Awaited<ReturnType<typeof heard.end>> | undefined;
  try {
    const { watch } = options;
    const asked = { ...run, folder: posix.join(run.folder, 'watch') };
    const watching = watch && (await putQuestions([watch], asked, join(given, 'watch')));
    const finished = await runCommand(checkout, heard.prefix + check.command, checkMs(check), {
      ...options,
      env: joinEnv({ ...options.env, ...heard.env }, watching?.env ?? {}),
      ...(heard.onLine === undefined ? {} : { onLine: heard.onLine }),
    }).finally(async () => {
      reports = await heard.end();
    });
    if ('ruling' in finished) return finished;
    reports ??= [];
    const tops = [checkout.inside, await realpath(checkout.path)];
    const touched = (await checkout.touched()).slice(0, mostTouched);
    const notes = watch === undefined ? {} : { watched: watch.read(await collect(out, watch.owns), tops) };
    return { name: check.name, ...finished, ...readReports(reports, adapters, run, tops), touched, ...notes };
  } finally {
    // Where not even its questions could be laid out (a full disk): what listens would keep this process alive.
    if (reports === undefined) await heard.end().catch(() => undefined);
    for (const folder of [given, out]) await rm(folder, { recursive: true, force: true });
  }
}

/** How a command ended; Broken when it never ran or we ended it because we were told to stop. */
export async function runCommand(
  checkout: Checkout,
  command: string,
  timeoutMs: number,
  {
    env,
    log,
    signal,
    onLine,
    input,
  }: Pick<RunOptions, 'env' | 'log' | 'signal'> & Pick<ExecOptions, 'onLine' | 'input'>,
): Promise<Pick<CheckSeen, 'exit' | 'timedOut' | 'ms' | 'output' | 'log'> | Broken> {
  const finished: Finished = await checkout.exec(command, {
    env,
    timeoutMs,
    keepBytes: keptBytes,
    spill: log,
    signal,
    ...(onLine === undefined ? {} : { onLine }),
    ...(input === undefined ? {} : { input }),
  });
  if (finished.fenceFailed !== undefined) return broken('judge.fence-failed', finished.fenceFailed);
  if (finished.ended === 'aborted' || signal.aborted) return broken('judge.interrupted', '');
  // What fails where nothing can be written says nothing of the work.
  if (finished.code !== 0 && isFull(checkout.path))
    return broken('judge.disk-full', `${command}: ${finished.output.trimEnd().slice(-300)}`);
  return {
    exit: finished.code,
    timedOut: finished.ended === 'timeout',
    ms: finished.ms,
    output: finished.output,
    log: { file: basename(log), sha256: await hashOf(log) },
  };
}

function readReports(
  files: readonly ReportFile[] | BrokenReport,
  adapters: readonly Adapter[],
  run: Asked,
  tops: readonly string[],
): Pick<CheckSeen, 'report' | 'tests' | 'isolated' | 'trouble'> {
  if ('broken' in files) return noReport('broken', files.broken);
  const tests: TestSeen[] = [];
  let isolated = true;
  let any = false;
  for (const adapter of adapters) {
    const own = files.filter((file) => adapter.owns(file.name));
    if (own.length === 0) continue;
    const report = adapter.read(own, run);
    if (report === undefined) continue;
    if ('broken' in report) return noReport('broken', report.broken);
    any = true;
    isolated &&= report.isolated;
    tests.push(...identify(report.tests, tops).map((test) => ({ ...test, runner: adapter.name })));
  }
  return any ? { report: 'read', tests, isolated } : noReport('none');
}

function noReport(report: 'none' | 'broken', trouble?: string) {
  return { report, tests: null, isolated: false, ...(trouble === undefined ? {} : { trouble }) };
}

/** Logs can be large: read as a stream. */
async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
