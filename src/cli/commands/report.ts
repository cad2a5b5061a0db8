import { UserError } from '../../errors.ts';
import { harmless } from '../harmless.ts';
import { headline } from '../headline.ts';
import type { Io } from '../io.ts';
import { keepEvidence } from '../packet/keep-evidence.ts';
import { readPacket } from '../packet/read-packet.ts';
import { reportFormats } from '../packet/report-formats.ts';
import { hand } from '../verdicts/format.ts';

/** `agentloop report [run]`: what landed, what was refused and why, what is left, the bill. Computed, never written by a model. */
export async function report(
  io: Io,
  run: string | undefined,
  options: { readonly format?: string; readonly out?: string },
): Promise<number> {
  const format = reportFormats.find((one) => one === (options.format ?? 'md'));
  if (format === undefined) {
    throw new UserError(
      `--format: "${options.format}" is not a format of the report.`,
      `Formats: ${reportFormats.join(', ')}.`,
    );
  }
  const { packet, view, repo } = await readPacket(io, run);
  const trouble = packet.alive ? undefined : await keepEvidence(repo, packet, view.folder.dir);
  if (trouble !== undefined) io.stderr.write(`${harmless(trouble)}\n`);
  if (format === 'json') await hand(io, options, `${JSON.stringify(packet, null, 2)}\n`);
  else if (format === 'html') {
    const { reportHtml } = await import('../packet/html/report-html.ts');
    await hand(io, options, reportHtml(packet));
  } else if (format === 'junit') {
    const { packetJunit } = await import('../packet/junit.ts');
    await hand(io, options, packetJunit(packet));
  } else {
    const { reportMarkdown } = await import('../report-markdown.ts');
    await hand(io, options, reportMarkdown(packet, headline(view)));
  }
  return 0;
}
