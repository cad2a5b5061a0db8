import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/ledger/event.ts';
import { fold } from '../../src/ledger/fold.ts';
import { base, recorded } from '../helpers/recorded.ts';

const sha = (n: number) => n.toString(16).padStart(40, '0');
const words = 'w'.repeat(3000);

/** One session on a feature of its own that says a lot. */
function session(n: number, outcome: 'landed' | 'refused', claim: 'done' | 'stuck' = 'done'): Event[] {
  const where = { session: n, feature: `F${n}` };
  const ruling = outcome === 'landed' ? ('accepted' as const) : ('refused' as const);
  const reasons = ruling === 'refused' ? [{ code: 'check.red', text: 'It is red.', output: words }] : [];
  return [
    { type: 'session.started', ...where, role: 'coder', brain: 'x', base, brief: '' },
    { type: 'claim.made', ...where, claim, handoff: { did: words } },
    { type: 'judge.ruled', ...where, scope: 'candidate', ruling, tree: sha(n), ms: 1, reasons },
    ...(outcome === 'landed'
      ? [
          {
            type: 'work.landed' as const,
            ...where,
            ...{ commit: sha(n), parent: base, tree: sha(n), subject: words },
            ...{ files: 1, added: 1, removed: 0, look: ['a.js'] },
          },
        ]
      : []),
    { type: 'session.ended', ...where, outcome, ms: 1, counts: false, transcripts: [] },
  ];
}

const sessionsOf = (...events: Event[]) => fold(recorded(events))?.sessions ?? [];

describe('what the state carries of a session that is over', () => {
  it('while it is open, all that a landing and a later process need', () => {
    const [open] = sessionsOf(...session(1, 'landed').slice(0, 3));
    expect(open).toMatchObject({ claim: { handoff: { did: words } }, ruling: { tree: sha(1) } });
  });

  it('of one that landed, neither claim nor verdict; what is to be told of its commit stays with the feature', () => {
    const state = fold(recorded(session(1, 'landed')));
    expect(state?.sessions[0]).not.toHaveProperty('claim');
    expect(state?.sessions[0]).not.toHaveProperty('ruling');
    expect(state?.landings).toEqual([{ seq: 5, session: 1, feature: 'F1', commit: sha(1) }]);
    expect(state?.features.get('F1')?.landed).toMatchObject({ files: 1, added: 1, look: ['a.js'] });
  });

  it('what a reader is to know of an accepted verdict stays', () => {
    const events = session(1, 'landed').map((event) =>
      event.type === 'judge.ruled' ? { ...event, notes: ['No test told its name.'] } : event,
    );
    expect(sessionsOf(...events)[0]?.ruling?.notes).toEqual(['No test told its name.']);
  });

  it('of one that was refused, its words and reasons until a commit has carried its progress entry', () => {
    const refused = session(1, 'refused');
    const [waiting] = sessionsOf(...refused);
    expect(waiting).toMatchObject({
      claim: { handoff: { did: words } },
      ruling: { ruling: 'refused', reasons: [{ code: 'check.red', text: 'It is red.' }] },
    });
    expect(JSON.stringify(waiting?.ruling)).not.toContain(words);
    const [told] = sessionsOf(...refused, ...session(2, 'landed'));
    expect(told).not.toHaveProperty('claim');
    expect(told).not.toHaveProperty('ruling');
    expect(told?.ended).toEqual({ seq: 5, outcome: 'refused' });
  });

  it('the last words of one that gave up stay for the report', () => {
    const [stuck] = sessionsOf(...session(1, 'refused', 'stuck'), ...session(2, 'landed'));
    expect(stuck?.claim).toMatchObject({ claim: 'stuck', handoff: { did: words } });
  });

  it('a thousand sessions that land take less than a kilobyte each', () => {
    const short = (event: Event): Event =>
      event.type === 'claim.made' ? { ...event, handoff: { did: 'It is done.' } } : event;
    const state = fold(
      recorded(Array.from({ length: 1000 }, (_, n) => session(n + 1, 'landed').map(short)).flat()),
    );
    const asText = JSON.stringify({ ...state, features: [...(state?.features.values() ?? [])] });
    expect(asText.length).toBeLessThan(1000 * 1000);
  });
});
