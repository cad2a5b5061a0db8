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

/** The feature list of the nights below, as it stands at their end. */
export const nightFeatures: readonly Feature[] = [
  feature('F001', 'Add a todo', { passes: true }),
  feature('F002', 'List todos, newest first', { passes: true }),
  feature('F003', 'Mark a todo as done', { dependsOn: ['F001'] }),
  feature('F004', 'Export to CSV'),
  feature('F005', 'Undo the last change', { dependsOn: ['F003'] }),
  feature('F006', 'A colourful screen', { proof: 'none', passes: true }),
];

const usage = { inputTokens: 1200, outputTokens: 340, cacheReadTokens: 56_000, cacheWriteTokens: 7800 };

/** The beginning: a run starts, with a cap and an end, and its base is seen. */
export function evening(): LedgerStory {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(limitsSet({ maxCostUsd: 5, until: Date.UTC(2026, 10, 21, 7, 30) }), 0);
  story.tell({ type: 'judge.started', scope: 'base', base: sha('ba'), tree: sha('7e') }, 1);
  story.tell(
    { type: 'judge.ruled', scope: 'base', ruling: 'accepted', tree: sha('7e'), ms: 12_000, knownRed: 2 },
    12,
  );
  return story;
}

/** F001 lands at once; F002 lies first, is refused, and lands in a second session. */
export function twoLandings(): LedgerStory {
  const story = evening();
  story.tell(sessionStarted(1, 'F001'), 1);
  story.tell(
    { type: 'cost.updated', session: 1, feature: 'F001', usage, usd: 0.42, model: 'claude-sonnet-5' },
    240,
  );
  claimDone(story, 1, 'F001', 'Added src/add.ts and its test.');
  accept(story, 1, 'F001', ['adds a todo', 'refuses an empty one']);
  land(story, 1, 'F001', 'Add a todo', { added: 48, removed: 2, look: ['src/add.ts'] });

  story.tell(sessionStarted(2, 'F002'), 1);
  story.tell(
    { type: 'cost.updated', session: 2, feature: 'F002', usage, usd: 0.31, model: 'claude-sonnet-5' },
    200,
  );
  for (const seconds of [1, 90]) {
    claimDone(story, 2, 'F002', 'Everything works now.', seconds);
    refuse(
      story,
      2,
      'F002',
      'proof.missing',
      'Nothing turned from red to green: no test fails without your change.',
    );
  }
  end(story, 2, 'F002', 'refused', { counts: true });

  story.tell(sessionStarted(3, 'F002'), 1);
  story.tell(
    { type: 'cost.updated', session: 3, feature: 'F002', usage, usd: 0.51, model: 'claude-sonnet-5' },
    500,
  );
  claimDone(story, 3, 'F002', 'Sorted by date; a test proves it.');
  accept(story, 3, 'F002', ['lists the newest first'], { dropped: ['feature-list.json'] });
  land(story, 3, 'F002', 'List todos, newest first', {
    added: 120,
    removed: 15,
    look: ['src/list.ts', 'src/date.ts'],
  });
  return story;
}

/** A whole night: two landings, a question, a blocked feature, a stop that waits for a person. */
export function wholeNight(): LedgerStory {
  const story = twoLandings();
  story.tell(sessionStarted(4, 'F003'), 1);
  story.tell(
    {
      type: 'claim.made',
      session: 4,
      feature: 'F003',
      claim: 'needs-human',
      handoff: { question: 'Should a done todo stay in the list?' },
    },
    300,
  );
  end(story, 4, 'F003', 'needs-human', { kept: sha('4e') });
  story.tell(
    { type: 'feature.parked', feature: 'F003', session: 4, question: 'Should a done todo stay in the list?' },
    0,
  );

  story.tell(sessionStarted(5, 'F004', { unfinished: sha('5e') }), 1);
  story.tell(
    {
      type: 'brain.failed',
      session: 5,
      feature: 'F004',
      ms: 61_000,
      kind: 'crashed',
      reason: 'exit code 139',
    },
    61,
  );
  end(story, 5, 'F004', 'failed', { counts: true, kept: sha('5f') });
  const reasons = [
    { code: 'check.red', text: 'npm test fails.', tests: ['writes a header', 'quotes commas'] },
  ];
  story.tell({ type: 'feature.blocked', feature: 'F004', why: '3 sessions failed', reasons }, 0);

  story.tell({ type: 'judge.started', scope: 'final', base: sha('ba'), tree: sha('7f') }, 1);
  story.tell({ type: 'judge.ruled', scope: 'final', ruling: 'accepted', tree: sha('7f'), ms: 45_000 }, 45);
  story.tell(
    { type: 'run.stopped', reason: 'needs-human', code: 12, left: 3, landed: 2, detail: 'F003, F005' },
    1,
  );
  return story;
}

function claimDone(story: LedgerStory, session: number, id: string, did: string, seconds = 1): void {
  story.tell({ type: 'brain.finished', session, feature: id, ms: 240_000 }, seconds);
  story.tell({ type: 'claim.made', session, feature: id, claim: 'done', handoff: { did } }, 0);
  story.tell(
    { type: 'judge.started', session, feature: id, scope: 'candidate', base: sha('ba'), tree: sha('ca') },
    1,
  );
}

function accept(story: LedgerStory, session: number, id: string, turned: string[], more: object = {}): void {
  const proof = { kind: 'tests' as const, turned, redAt: sha('7e'), greenAt: sha('ca') };
  const fixed = { scope: 'candidate', ruling: 'accepted', tree: sha('ca'), ms: 9000 } as const;
  story.tell({ type: 'judge.ruled', session, feature: id, ...fixed, proof, ...more }, 9);
}

function refuse(story: LedgerStory, session: number, id: string, code: string, text: string): void {
  const fixed = { scope: 'candidate', ruling: 'refused', tree: sha('ca'), ms: 9000 } as const;
  story.tell({ type: 'judge.ruled', session, feature: id, ...fixed, reasons: [{ code, text }] }, 9);
}

function land(story: LedgerStory, session: number, id: string, title: string, size: object): void {
  const commit = sha(`c${session}`);
  const parent = story.state().tip;
  const ruling = story.events.findLast((event) => event.type === 'judge.ruled');
  story.tell(
    {
      type: 'work.landed',
      session,
      feature: id,
      commit,
      parent,
      tree: sha('ca'),
      subject: `${id}: ${title}`,
      files: 3,
      added: 0,
      removed: 0,
      ...(ruling?.proof ? { proof: ruling.proof } : {}),
      ...size,
    },
    1,
  );
  story.tell({ type: 'work.published', commit, branch: 'agentloop/2026-11-20' }, 0);
  end(story, session, id, 'landed');
}

function end(
  story: LedgerStory,
  session: number,
  id: string,
  outcome: 'landed' | 'refused' | 'failed' | 'needs-human',
  more: { counts?: boolean; kept?: string } = {},
): void {
  story.tell(
    { type: 'session.ended', session, feature: id, outcome, ms: 300_000, counts: false, ...more },
    0,
  );
}
