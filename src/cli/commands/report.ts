import { UserError } from '../../errors.ts';
import { readVerdicts } from '../../ledger/verdicts.ts';
import { placeOf } from '../find-runs.ts';
import { headline } from '../headline.ts';
import type { Io } from '../io.ts';
import { resultOf } from '../result-of.ts';
import { readRun } from '../run-view.ts';

/** `agentloop report [run]`: what landed, what was refused and why, what is left, the bill. From the ledger alone. */
export async function report(
  io: Io,
  run: string | undefined,
  options: { readonly format?: string },
): Promise<number> {
  const format = options.format ?? 'md';
  if (format !== 'md' && format !== 'json') {
    throw new UserError(`--format: "${format}" is not a format of the report.`, 'Formats: md, json.');
  }
  const view = await readRun(placeOf(io.cwd), run, io.now());
  const result = resultOf(view, await readVerdicts(view.folder.ledger));
  if (format === 'json') io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else {
    const { reportMarkdown } = await import('../report-markdown.ts');
    io.stdout.write(reportMarkdown(result, headline(view)));
  }
  return 0;
}
