import type { Gathered } from '../../src/cli/packet/gathered.ts';
import type { Packet } from '../../src/cli/packet/packet.ts';
import { packetOf } from '../../src/cli/packet/packet-of.ts';
import type { Event } from '../../src/ledger/event.ts';
import type { Feature } from '../../src/project/feature.ts';
import {
  feature,
  type LedgerStory,
  ledgerStory,
  limitsSet,
  runStarted,
  sessionStarted,
  sha,
} from './ledger-story.ts';

/** A feature of the night: what became of its claims, in order, and what it cost. */
interface Plot {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly minutes: number;
  readonly usd: number;
  readonly claims: readonly ('accepted' | 'no-proof' | 'regression' | 'stuck' | 'asks')[];
  readonly tests?: readonly string[];
  readonly look?: string;
  readonly size?: readonly [number, number];
}

const plots: readonly Plot[] = [
  {
    id: 'F001',
    title: 'Sign in with a link by e-mail',
    description: 'A visitor types an address, gets a link that works once for ten minutes, and is signed in.',
    minutes: 38,
    usd: 1.12,
    claims: ['accepted'],
    tests: ['a link signs in once', 'an old link is refused', 'an unknown address gets no mail'],
    look: 'src/session/link.ts',
    size: [214, 6],
  },
  {
    id: 'F002',
    title: 'Search notes by words',
    description: 'The list shows notes that hold all words typed, the newest first.',
    minutes: 64,
    usd: 1.87,
    claims: ['no-proof', 'no-proof', 'accepted'],
    tests: ['two words must both be there', 'the newest comes first'],
    look: 'src/notes/search.ts',
    size: [132, 18],
  },
  {
    id: 'F003',
    title: 'Share a note with a link',
    description: 'Whoever has the link can read the note; its owner can take the link back.',
    minutes: 52,
    usd: 1.41,
    claims: ['regression', 'accepted'],
    tests: ['a shared note can be read', 'a link that was taken back is dead'],
    look: 'src/notes/share.ts',
    size: [188, 31],
  },
  {
    id: 'F004',
    title: 'Keep a history of each note',
    description: 'Every change can be seen and undone.',
    minutes: 71,
    usd: 2.05,
    claims: ['accepted'],
    tests: ['a change can be undone', 'the history tells who and when'],
    look: 'src/notes/history.ts',
    size: [341, 44],
  },
  {
    id: 'F005',
    title: 'Export all notes as one file',
    description: 'One click gives a zip with Markdown files and pictures.',
    minutes: 33,
    usd: 0.76,
    claims: ['accepted'],
    tests: ['the zip holds a file for each note'],
    look: 'src/export.ts',
    size: [96, 0],
  },
  {
    id: 'F006',
    title: 'Import from the old program',
    description: 'Notes of the old program come in with their dates.',
    minutes: 47,
    usd: 1.3,
    claims: ['no-proof', 'stuck'],
  },
  {
    id: 'F007',
    title: 'Delete an account',
    description: 'Everything of a person is gone after thirty days.',
    minutes: 12,
    usd: 0.22,
    claims: ['asks'],
  },
  {
    id: 'F008',
    title: 'Dark colours at night',
    description: 'Colours follow the system.',
    minutes: 24,
    usd: 0.48,
    claims: ['accepted'],
    tests: ['the page follows the system'],
    look: 'src/page/colours.css',
    size: [58, 12],
  },
];

const later = feature('F009', 'Write together in real time', { dependsOn: ['F007'] });

const judged = { scope: 'candidate', tree: sha('ca'), ms: 21_000 } as const;

/** A long night as a whole packet: nine features, six hours, a wait, refusals, a regression, a question. */
export function longNight(): Packet {
  const story = ledgerStory();
  story.tell(runStarted({ model: 'claude-sonnet-5' }));
  story.tell(limitsSet({ maxCostUsd: 12 }), 0);
  story.tell({ type: 'judge.ruled', scope: 'base', ruling: 'accepted', tree: sha('7e'), ms: 40_000 }, 40);
  const commits = new Map<string, Gathered['commits'] extends ReadonlyMap<string, infer V> ? V : never>();
  const evidence = new Map<string, Gathered['evidence'] extends ReadonlyMap<string, infer V> ? V : never>();
  let passing = 212;
  for (const [at, plot] of plots.entries()) {
    if (plot.id === 'F005') waits(story);
    play(story, plot, at + 1);
    const landed = story.state().features.get(plot.id)?.landed;
    if (!landed?.evidence) continue;
    const [added = 0, removed = 0] = plot.size ?? [];
    const count = plot.tests?.length ?? 0;
    evidence.set(landed.evidence, { before: passing, after: passing + count, added: count, gone: [] });
    passing += count;
    commits.set(landed.commit, [
      { path: plot.look ?? '', what: 'added', added, removed, lines: [12, 12 + Math.round(added / 2)] },
      ...(plot.id === 'F003'
        ? [
            { path: 'test/notes/list.test.ts', what: 'changed' as const, added: 6, removed: 3 },
            { path: 'package.json', what: 'changed' as const, added: 1, removed: 0 },
            { path: 'package-lock.json', what: 'changed' as const, added: 14, removed: 0 },
          ]
        : []),
    ]);
  }
  story.tell({ type: 'judge.ruled', scope: 'final', ruling: 'accepted', tree: sha('7f'), ms: 95_000 }, 95);
  story.tell({ type: 'run.stopped', reason: 'needs-human', code: 12, left: 3, landed: 6 }, 1);
  const features: readonly Feature[] = [
    ...plots.map(({ id, title, description, claims }) =>
      feature(id, title, { description, passes: claims.at(-1) === 'accepted' }),
    ),
    later,
  ];
  return packetOf({ state: story.state(), features, alive: false, now: story.now() }, story.events, {
    commits,
    evidence,
  });
}

function waits(story: LedgerStory): void {
  story.tell({ type: 'wait.started', why: 'unavailable', reason: 'The usage window is closed.' }, 5);
  story.tell({ type: 'wait.ended', why: 'unavailable', how: 'The brain answers again.' }, 47 * 60);
}

function play(story: LedgerStory, plot: Plot, session: number): void {
  const { id, title, minutes, usd, claims, tests = [], look = '', size: [added, removed] = [0, 0] } = plot;
  const where = { session, feature: id };
  const share = (minutes * 60) / claims.length;
  story.tell(sessionStarted(session, id, { model: 'claude-sonnet-5' }), 3);
  const proof = { kind: 'tests' as const, turned: [...tests], redAt: sha('1a'), greenAt: sha('1b') };
  for (const claim of claims) {
    const usage = { inputTokens: 52_000, outputTokens: 4_000, cacheReadTokens: 700_000 };
    for (const part of [0.4, 0.6])
      story.tell({ type: 'cost.updated', ...where, usage, usd: (usd * part) / claims.length }, share * 0.45);
    const word = claim === 'stuck' ? 'stuck' : claim === 'asks' ? 'needs-human' : 'done';
    const question =
      claim === 'asks' ? { question: 'May invoices be kept for ten years, as the law asks?' } : {};
    const next = claim === 'stuck' ? { next: 'The old format is not written down anywhere.' } : {};
    const handoff = { did: `Did "${title}".`, ...question, ...next };
    story.tell({ type: 'claim.made', ...where, claim: word, handoff }, share * 0.06);
    const after = share * 0.04;
    if (claim === 'no-proof')
      story.tell({ type: 'judge.ruled', ...where, ...judged, ruling: 'refused', reasons: [noProof] }, after);
    if (claim === 'regression')
      story.tell({ type: 'judge.ruled', ...where, ...judged, ruling: 'refused', reasons: [broken] }, after);
    if (claim === 'accepted') {
      const hash = String(session).repeat(64);
      story.tell(
        {
          type: 'judge.ruled',
          ...where,
          ...judged,
          ruling: 'accepted',
          proof,
          evidence: hash,
          ...doubts(id),
        },
        after,
      );
      const commit = sha(`c${session}`);
      const fixed = {
        commit,
        parent: story.state().tip,
        tree: sha('ca'),
        subject: `${id}: ${title}`,
        files: 4,
      };
      story.tell(
        { type: 'work.landed', ...where, ...fixed, added, removed, look: [look], proof, evidence: hash },
        1,
      );
    }
  }
  const last = claims.at(-1);
  const outcome = last === 'accepted' ? 'landed' : last === 'stuck' ? 'stuck' : 'needs-human';
  story.tell(
    { type: 'session.ended', ...where, outcome, ms: minutes * 60_000, counts: outcome === 'stuck' },
    1,
  );
  if (last === 'stuck')
    story.tell({ type: 'feature.blocked', feature: id, why: '3 sessions failed', reasons: [noProof] }, 0);
  if (last === 'asks')
    story.tell(
      { type: 'feature.parked', ...where, question: 'May invoices be kept for ten years, as the law asks?' },
      0,
    );
}

const noProof = {
  code: 'proof.missing',
  text: 'Nothing that was red before is green now, so nothing shows that the feature is there. Add a test that fails without your work and passes with it, and make it part of what the checks run.',
};
const broken = {
  code: 'tests.failing',
  text: '1 test passed on the base and fails now: "test/notes/list.test.ts › private notes stay private". Mend the code, not the tests: the judge uses the existing tests as they were before.',
  tests: ['test/notes/list.test.ts › private notes stay private'],
};

function doubts(id: string): Partial<Extract<Event, { type: 'judge.ruled' }>> {
  if (id !== 'F004') return {};
  const suspicions = [
    { kind: 'runs-text', path: 'src/notes/history.ts', line: 88, says: 'It makes code from text.' },
  ];
  return { suspicions };
}
