import type { ResultLanding } from './result.ts';
import { count } from './words.ts';

/** Suspicions and notes of one feature that are told; more of them are counted. */
const most = 5;

/** What deserves a second look about work that landed: a feature, and a line for each thing. */
export interface WorthALook {
  readonly feature: string;
  readonly title: string;
  readonly lines: readonly { readonly place?: string; readonly text: string }[];
}

/** Only what has something to it: a report says nothing about work that raises no question. */
export function worthALook(landings: readonly ResultLanding[]): readonly WorthALook[] {
  return landings.flatMap(({ feature, title, notes, suspicions }) => {
    const told = suspicions.slice(0, most).map(({ path, line, says }) => ({
      place: line === undefined ? path : `${path}:${line}`,
      text: says,
    }));
    const rest = suspicions.length - told.length;
    const more = rest > 0 ? [{ text: `and ${count(rest, 'more suspicion')}, in its evidence` }] : [];
    const lines = [...told, ...more, ...notes.slice(0, most).map((text) => ({ text }))];
    return lines.length === 0 ? [] : [{ feature, title, lines }];
  });
}
