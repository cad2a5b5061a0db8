import { UserError } from '../../errors.ts';
import type { Flags } from '../flags.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { readMetrics, sinceWhen } from '../metrics/read-metrics.ts';
import { hand } from '../verdicts/format.ts';
import { count } from '../words.ts';

const formats = ['table', 'json', 'openmetrics'] as const;

/** `agentloop metrics`: what all runs of this repository have brought and cost; with `--otlp` their traces go to a collector. */
export async function metrics(io: Io, flags: Flags, version: string): Promise<number> {
  const format = formats.find((one) => one === (flags['format'] ?? 'table'));
  if (format === undefined)
    throw new UserError(
      `--format: "${String(flags['format'])}" is not a format of the metrics.`,
      `Formats: ${formats.join(', ')}.`,
    );
  const say = (text: string) => io.stderr.write(`${harmless(text)}\n`);
  const since = sinceWhen(typeof flags['since'] === 'string' ? flags['since'] : undefined, io.now());
  const { otlp } = flags;
  const found =
    typeof otlp === 'string' || otlp === true
      ? await sending(io, otlp, version, (each) => readMetrics(io, since, say, each), say)
      : await readMetrics(io, since, say);
  if (format === 'json') await hand(io, flags, `${JSON.stringify(found, null, 2)}\n`);
  else if (format === 'openmetrics') {
    const { openMetrics } = await import('../metrics/openmetrics.ts');
    await hand(io, flags, openMetrics(found));
  } else {
    const { metricsTable } = await import('../metrics/metrics-table.ts');
    await hand(io, flags, metricsTable(found));
  }
  return 0;
}

type Each = NonNullable<Parameters<typeof readMetrics>[3]>;

/** Sends the traces of each run, one request a run, while they are read. */
async function sending<T>(
  io: Io,
  otlp: string | true,
  version: string,
  read: (each: Each) => Promise<T>,
  say: (text: string) => void,
): Promise<T> {
  const [{ sendOtlp, tracesUrl }, { spansOf }, { otlpJson }] = await Promise.all([
    import('../metrics/otlp/send.ts'),
    import('../metrics/otlp/spans.ts'),
    import('../metrics/otlp/otlp-json.ts'),
  ]);
  const url = tracesUrl(otlp, io.env);
  let sent = 0;
  const done = await read(async (state, events) => {
    await sendOtlp(io, url, otlpJson(spansOf(state, events), version));
    sent += 1;
  });
  say(`Sent the traces of ${count(sent, 'run')} to ${url.origin}${url.pathname}.`);
  return done;
}
