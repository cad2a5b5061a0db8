import { createHash } from 'node:crypto';
import { fill, template } from '../../../project/templates.ts';
import type { Packet } from '../packet.ts';
import { landed, touched } from './landed.ts';
import { el, type Piece, seq, written } from './markup.ts';
import { check, decisions, notDone, refused } from './open-ends.ts';
import { timeline } from './timeline.ts';
import { charts, figures, opening } from './top.ts';

/**
 * The report as one HTML file: no script, no request, light and dark as the reader's system is, and fit for paper. The only
 * style its policy lets through is the one it was made with.
 */
export function reportHtml(packet: Packet): string {
  const style = template('report.css').trimEnd();
  const body: readonly Piece[] = [
    opening(packet),
    figures(packet),
    charts(packet),
    notDone(packet),
    landed(packet),
    touched(packet),
    decisions(packet),
    refused(packet),
    timeline(packet),
    check(packet),
  ];
  const { fence, versions } = packet;
  return fill(template('report.html'), {
    style: `<style>${style}</style>`,
    styleHash: createHash('sha256').update(style).digest('base64'),
    title: written(`agentloop run ${packet.run}`),
    body: body.map(written).filter(Boolean).join('\n'),
    footer: written([
      `agentloop ${versions.agentloop}, fence ${fence}. Made from the events `,
      seq(1),
      ' to ',
      seq(packet.seq),
      ' of the ledger: ',
      el('code', {}, `agentloop events ${packet.run}`),
    ]),
  });
}
