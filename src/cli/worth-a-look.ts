import type { ResultLanding } from './result.ts';
import { count } from './words.ts';

/** Suspicions and notes of one feature that are told; more of them are counted. */
const most = 5;
/** Features whose lines are told; more of them are counted. */
const mostFeatures = 10;
/** A note about so many features is told once: it is about how the run is judged, and not about any of them. */
const manyShare = 5;

/** What deserves a second look about work that landed. */
export interface WorthALook {
  /** A feature, and a line for each thing. */
  readonly each: readonly {
    readonly feature: string;
    readonly title: string;
    readonly lines: readonly { readonly place?: string; readonly text: string }[];
  }[];
  /** Notes that many features share, and how many do. */
  readonly same: readonly { readonly features: number; readonly text: string }[];
  /** Features that there is something to say about, too. */
  readonly more: number;
}

/** Only what has something to it: a report says nothing about work that raises no question. */
export function worthALook(landings: readonly ResultLanding[]): WorthALook {
  const shared = new Map<string, { features: number; text: string }>();
  for (const text of landings.flatMap(({ notes }) => notes)) {
    const gist = gistOf(text);
    const known = shared.get(gist);
    shared.set(gist, {
      features: (known?.features ?? 0) + 1,
      text: known && known.text !== text ? `${gist}.` : text,
    });
  }
  const isShared = (text: string) => (shared.get(gistOf(text))?.features ?? 0) >= manyShare;
  const found = landings.flatMap(({ feature, title, notes, suspicions }) => {
    const told = suspicions.slice(0, most).map(({ path, line, says }) => ({
      place: line === undefined ? path : `${path}:${line}`,
      text: says,
    }));
    const rest = suspicions.length - told.length;
    const more = rest > 0 ? [{ text: `and ${count(rest, 'more suspicion')}, in its evidence` }] : [];
    const own = notes.filter((text) => !isShared(text)).slice(0, most);
    const lines = [...told, ...more, ...own.map((text) => ({ text }))];
    return lines.length === 0 ? [] : [{ feature, title, lines }];
  });
  return {
    each: found.slice(0, mostFeatures),
    same: [...shared.values()].filter(({ features }) => features >= manyShare),
    more: Math.max(0, found.length - mostFeatures),
  };
}

/** What a note says, without what it says it of: that stands behind the colon. */
function gistOf(note: string): string {
  return (note.split(': ')[0] ?? note).replace(/\.$/, '');
}
