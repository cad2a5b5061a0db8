import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { Check } from '../config.ts';
import { scriptsText } from '../project/scripts-text.ts';
import { template } from '../project/templates.ts';
import type { Checkout } from '../workspace/checkout.ts';
import type { Finished } from '../workspace/workspace.ts';
import { broken } from './codes.ts';
import { checkMs } from './definition.ts';
import type { Broken } from './judge.ts';
import type { Adapter, Asked, BrokenReport, ReportFile } from './runners/adapter.ts';
import { adaptersFor } from './runners/adapters.ts';
import { collect, collectOwn } from './runners/collect.ts';
import { identify } from './runners/identity.ts';
import { ownReport } from './runners/junit-file.ts';
import type { CheckSeen, TestSeen } from './seen.ts';

const keptBytes = 64 * 1024;

/** How one command is run in a checkout that was just filled. */
export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Text of package.json in the tree that is run. */
  readonly manifest: string | undefined;
  /** File for the whole output. */
  readonly log: string;
  readonly signal: AbortSignal;
}

/** Runs a check and learns which tests it ran. Broken when it was not run at all; whatever it does is data. */
export async function runCheck(
  checkout: Checkout,
  check: Check,
  options: RunOptions,
): Promise<CheckSeen | Broken> {
  // A new folder each time: what commands left in the out folder is never written through, and never read.
  const folder = await mkdtemp(join(checkout.out.path, 'judge-'));
  try {
    const run: Asked = {
      folder: posix.join(checkout.out.inside, basename(folder)),
      top: checkout.inside,
      text: scriptsText(check.command, options.manifest),
    };
    const adapters = adaptersFor(check.report);
    const env = { ...options.env, ...(await ask(adapters, run, folder)) };
    const own = /^junit:(.+)$/.exec(check.report)?.[1];
    // A report that stands in the tree already says nothing of this run.
    if (own !== undefined) await rm(join(checkout.path, own), { recursive: true, force: true });
    const finished = await runCommand(checkout, check.command, checkMs(check), { ...options, env });
    if ('ruling' in finished) return finished;
    const reports =
      own === undefined ? await reportsIn(folder, adapters) : await collectOwn(checkout.path, own, ownReport);
    const tops = [checkout.inside, await realpath(checkout.path)];
    return { name: check.name, ...finished, ...readReports(reports, adapters, run, tops) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How a command ended; Broken when it never ran or we ended it because we were told to stop. */
export async function runCommand(
  checkout: Checkout,
  command: string,
  timeoutMs: number,
  { env, log, signal }: Pick<RunOptions, 'env' | 'log' | 'signal'>,
): Promise<Pick<CheckSeen, 'exit' | 'timedOut' | 'ms' | 'output' | 'log'> | Broken> {
  const finished: Finished = await checkout.exec(command, {
    env,
    timeoutMs,
    keepBytes: keptBytes,
    spill: log,
    signal,
  });
  if (finished.fenceFailed !== undefined) return broken('judge.fence-failed', finished.fenceFailed);
  if (finished.ended === 'aborted' || signal.aborted) return broken('judge.interrupted', '');
  return {
    exit: finished.code,
    timedOut: finished.ended === 'timeout',
    ms: finished.ms,
    output: finished.output,
    log: { file: basename(log), sha256: await hashOf(log) },
  };
}

async function ask(
  adapters: readonly Adapter[],
  run: Asked,
  folder: string,
): Promise<Record<string, string>> {
  const questions = adapters.map((adapter) => adapter.ask(run));
  const files = Object.assign({}, ...questions.map((question) => question.files ?? {})) as Record<
    string,
    string
  >;
  for (const [name, from] of Object.entries(files)) await writeFile(join(folder, name), template(from));
  const words = [...new Set(questions.map(({ nodeOptions = [] }) => nodeOptions.map(quoted).join(' ')))]
    .join(' ')
    .trim();
  return Object.assign(words === '' ? {} : { NODE_OPTIONS: words }, ...questions.map(({ env }) => env ?? {}));
}

/** NODE_OPTIONS takes double quotes, and a backslash before what they would end at. */
function quoted(word: string): string {
  return /[\s"\\]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word;
}

async function reportsIn(
  folder: string,
  adapters: readonly Adapter[],
): Promise<readonly ReportFile[] | BrokenReport> {
  return collect(folder, (name) => adapters.some((adapter) => adapter.owns(name)));
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
    if ('broken' in report) return noReport('broken', report.broken);
    any = true;
    isolated &&= report.isolated;
    tests.push(...identify(report.tests, tops));
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
