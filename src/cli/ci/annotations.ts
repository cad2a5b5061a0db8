import type { Packet } from '../packet/packet.ts';
import type { Annotation } from './workflow-command.ts';

/** A runner shows ten of each level for a step. */
const mostOfEach = 10;

/**
 * What a run has refused, blocked and asked, each at the line of its feature. `list`: the text of the feature list, from
 * which lines are taken; `path`: its name from the top.
 */
export function annotationsOf(
  { notDone, refusedClaims, accepted }: Pick<Packet, 'notDone' | 'refusedClaims' | 'accepted'>,
  list: string,
  path: string,
): readonly Annotation[] {
  const at = (feature: string | null): Pick<Annotation, 'file' | 'line'> => {
    const lines = list.split('\n');
    const line =
      feature === null ? -1 : lines.findIndex((text) => text.includes(`"id": ${JSON.stringify(feature)}`));
    return line < 0 ? {} : { file: path, line: line + 1 };
  };
  const landed = new Set(accepted.map(({ feature }) => feature));
  const errors = notDone
    .filter(({ is }) => is === 'blocked')
    .map(
      ({ feature, title, why }): Annotation => ({
        level: 'error',
        title: `${feature} is blocked`,
        ...at(feature),
        text: `${title}: ${why}`,
      }),
    );
  const asked = notDone
    .filter(({ is }) => is === 'waiting')
    .map(
      ({ feature, why, command }): Annotation => ({
        level: 'warning',
        title: `${feature} waits for a person`,
        ...at(feature),
        text: command === null ? why : `${why}\n${command}`,
      }),
    );
  const refused = refusedClaims.map(
    ({ feature, session, reasons }): Annotation => ({
      level: feature !== null && landed.has(feature) ? 'notice' : 'warning',
      title: `${feature ?? 'The tip'} was refused${session === null ? '' : ` in session ${session}`}`,
      ...at(feature),
      text: reasons.map(({ code, text }) => `${code}: ${text}`).join('\n'),
    }),
  );
  const all = [...errors, ...asked, ...refused];
  return (['error', 'warning', 'notice'] as const).flatMap((level) =>
    all.filter((one) => one.level === level).slice(0, mostOfEach),
  );
}
