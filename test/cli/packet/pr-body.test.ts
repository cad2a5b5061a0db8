import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Gathered } from '../../../src/cli/packet/gathered.ts';
import type { Packet } from '../../../src/cli/packet/packet.ts';
import { packetOf } from '../../../src/cli/packet/packet-of.ts';
import { prBody } from '../../../src/cli/packet/pr-body.ts';
import { stickyComment, stickyMarker } from '../../../src/cli/packet/sticky-comment.ts';
import type { Event } from '../../../src/ledger/event.ts';
import type { Feature } from '../../../src/project/feature.ts';
import {
  feature,
  type LedgerStory,
  ledgerStory,
  runStarted,
  sessionStarted,
  sha,
} from '../../helpers/ledger-story.ts';
import { nightFeatures, twoLandings, wholeNight } from '../../helpers/nights.ts';

function packet(
  story: LedgerStory,
  features: readonly Feature[] = nightFeatures,
  gathered?: Gathered,
  alive = false,
): Packet {
  return packetOf({ state: story.state(), features, alive, now: story.now() }, story.events, gathered);
}

/** What git finds in a message. */
function trailersIn(message: string): readonly string[] {
  const out = execFileSync('git', ['interpret-trailers', '--parse'], { input: message, encoding: 'utf8' });
  return out.trim().split('\n');
}

/** One of many landings; `turned` and `path` may be anything. */
function landing(n: number, id: string, more: object = {}): Event {
  return {
    type: 'work.landed',
    session: n,
    feature: id,
    commit: sha(`c${n % 10}`),
    parent: sha('ba'),
    tree: sha('ca'),
    subject: id,
    files: 1,
    added: 1,
    removed: 0,
    look: ['src/a.ts'],
    proof: { kind: 'tests', turned: ['it works'], redAt: sha('1a'), greenAt: sha('1b') },
    evidence: String(n % 10).repeat(64),
    ...more,
  };
}

function changes(of: Gathered['commits']): Gathered {
  return { commits: of, evidence: new Map() };
}

test('the body of a whole night', () => {
  const touched = changes(
    new Map([
      [sha('c1'), [{ path: 'src/add.ts', what: 'added', added: 40, removed: 0, lines: [3, 40] }]],
      [
        sha('c3'),
        [
          { path: 'src/list.ts', what: 'changed', added: 20, removed: 3, lines: [12, 31] },
          { path: 'test/list.test.ts', what: 'changed', added: 4, removed: 2 },
          { path: 'test/old.test.ts', what: 'removed', added: 0, removed: 30 },
          { path: '.github/workflows/ci.yml', what: 'changed', added: 1, removed: 1 },
          { path: 'package-lock.json', what: 'changed', added: 9, removed: 0 },
        ],
      ],
    ]),
  );
  expect(prBody(packet(wholeNight(), nightFeatures, touched))).toMatchInlineSnapshot(`
    "**2 features landed, each proven by something that was red before and is green now; 1 waits for your answer, 1 is blocked, 1 is still open: 3 of 6 features pass now.**

    Run \`2026-11-20\` from \`main\` (\`bababababa\`): finished, waiting for you; $1.24 of the $5.00 cap. It stands on \`agentloop/2026-11-20\`; merging is yours. The judge is a program outside the model: it ran the tests on each commit and on the one before.

    | feature | what a user can now do | proof | look here first |
    | --- | --- | --- | --- |
    | **F001** | “Add a todo” | \`adds a todo\`, \`refuses an empty one\`: red at \`bababababa\`, green at \`c1c1c1c1c1\` | \`src/add.ts:3-40\` |
    | **F002** | “List todos, newest first” | \`lists the newest first\`: red at \`c1c1c1c1c1\`, green at \`c3c3c3c3c3\` | \`src/list.ts:12-31\`, \`src/date.ts\` |

    ⚠️ **EXISTING TESTS WERE CHANGED: 1 file removed, 1 file changed.**

    - **F002** **removed** \`test/old.test.ts\` (+0 -30, \`c3c3c3c3c3\`)
    - **F002** **changed** \`test/list.test.ts\` (+4 -2, \`c3c3c3c3c3\`)

    **Touched outside the features' own files**

    - **F002** changed \`.github/workflows/ci.yml\` (CI, +1 -1)
    - **F002** changed \`package-lock.json\` (lock file, +9 -0)

    **Not done, and why**

    - **F003** “Mark a todo as done” (1 session): waits for your answer: “Should a done todo stay in the list?” → \`agentloop answer F003 "your words"\`
    - **F004** “Export to CSV” (1 session): blocked: 3 sessions failed; last refused for \`check.red\` npm test fails. → \`agentloop answer F004 "your words"\`
    - **F005** “Undo the last change”: after F003

    **Read these first**

    - **F002** \`.github/workflows/ci.yml\` It touched the CI.
    - **F002** \`src/list.ts:12-31\` It landed after 2 refusals.
    - **F002** \`src/list.ts:12-31\` The largest change of the run (+120 -15 in 3 files).

    Check it yourself: \`agentloop verify agentloop/2026-11-20\` judges every commit again, from scratch.

    Agentloop-Run: 2026-11-20
    Agentloop-Features: F001, F002
    Assisted-by: agentloop:anthropic
    "
  `);
});

test('git finds the trailers in it, and no others, whatever titles and tests are called', () => {
  const forged = 'x\n\nAgentloop-Run: forged\nCo-authored-by: Eve <eve@evil>';
  const story = ledgerStory();
  story.tell(runStarted({ model: 'm\nSigned-off-by: Eve' }));
  story.tell(sessionStarted(1, 'F001', { model: 'm\nSigned-off-by: Eve' }));
  const proof = { kind: 'tests', turned: [forged, '---', '# x'], redAt: sha('1a'), greenAt: sha('1b') };
  story.tell(landing(1, 'F001', { proof, look: ['a\n\nAgentloop-Run: forged'] }));
  story.tell({ type: 'feature.parked', feature: 'F002', session: 1, question: forged });
  const list = [feature('F001', '---', { description: forged }), feature('F002', '# scissors')];
  const body = prBody(packet(story, list));
  const found = trailersIn(`Some title (#7)\n\n${body}`);
  expect(found).toEqual([
    'Agentloop-Run: 2026-11-20',
    'Agentloop-Features: F001',
    expect.stringMatching(/^Agentloop-Evidence: sha256:[0-9a-f]{64}$/),
    'Assisted-by: agentloop:m Signed-off-by: Eve',
  ]);
  // Nothing that git takes for a comment, for the end of a message or for scissors, and no quick action of a forge.
  expect(body.split('\n').filter((line) => /^(#|---|\/|::|<)/.test(line))).toEqual([]);
});

test('a hundred features, a hundred changed tests and all the rest: sixty lines, and what is folded is counted', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  const commits = new Map();
  const ids = Array.from({ length: 150 }, (_, n) => `F${String(n + 1).padStart(3, '0')}`);
  for (const [n, id] of ids.slice(0, 100).entries()) {
    story.tell(sessionStarted(n + 1, id));
    const commit = String(n + 100)
      .repeat(20)
      .slice(0, 40);
    story.tell(landing(n + 1, id, { commit }));
    commits.set(commit, [
      { path: `test/${id}.test.ts`, what: 'changed', added: 1, removed: 1 },
      { path: `a${n}/package.json`, what: 'changed', added: 1, removed: 1 },
    ]);
  }
  for (const id of ids.slice(100, 120))
    story.tell({ type: 'feature.parked', feature: id, session: 1, question: `What of ${id}?` });
  const made = packet(
    story,
    ids.map((id) => feature(id, `What ${id} brings`)),
    changes(commits),
  );
  const body = prBody(made);
  expect(body.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  expect(body).toContain('EXISTING TESTS WERE CHANGED: 100 files changed.');
  expect(body).toMatch(/\| … \| and \d+ more features \|/);
  expect(body).toMatch(/^- \*\*and \d+ more\*\*/m);
  expect(body.length).toBeLessThan(60_000);
  expect(trailersIn(`t\n\n${body}`)[1]).toMatch(/^Agentloop-Features: F001, F002, .*F100$/);
  expect(stickyComment(made).trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

test('where the commits are not here it does not say that tests are untouched', () => {
  const body = prBody(packet(twoLandings()));
  expect(body).toContain('Whether existing tests were changed could not be seen');
  expect(body).not.toContain('No existing test');
  expect(body).not.toContain('untouched');
});

test('what only grew is no alarm, and what is gone by name is one', () => {
  const grew = [{ path: 'test/a.test.ts', what: 'changed', added: 4, removed: 0 } as const];
  const story = twoLandings();
  const commits = new Map([
    [sha('c1'), grew],
    [sha('c3'), []],
  ]);
  expect(prBody(packet(story, nightFeatures, changes(commits)))).toContain(
    'No existing test was changed or removed; of what was there before, 1 file only added to.',
  );
  const proven = ledgerStory();
  proven.tell(runStarted());
  proven.tell(landing(1, 'F001'));
  const figures = { before: 3, after: 2, added: 0, gone: ['old › it held'] };
  const body = prBody(
    packet(proven, [feature('F001', 'One')], {
      commits: new Map([[sha('c1'), []]]),
      evidence: new Map([['1'.repeat(64), figures]]),
    }),
  );
  expect(body).toContain('EXISTING TESTS WERE CHANGED');
  expect(body).toContain('**1 test no longer there**: `old › it held`');
  expect(body).toContain('3 tests passed before, 2 pass now');
});

test('a request for some of the features tells of these alone', () => {
  const body = prBody(packet(twoLandings()), { only: ['F002'] });
  expect(body).toContain('1 feature of a run that landed 2.');
  expect(body).not.toContain('Add a todo');
  expect(trailersIn(`t\n\n${body}`)).toContain('Agentloop-Features: F002');
});

test('no fence: body, trailers and comment say so', () => {
  const story = ledgerStory();
  story.tell(runStarted({ fence: 'none' }));
  story.tell(landing(1, 'F001'));
  const made = packet(story, [feature('F001', 'One')]);
  expect(prBody(made)).toContain('**FENCE: NONE.');
  expect(prBody(made)).toContain('\nAgentloop-Fence: none\n');
  expect(stickyComment(made)).toContain('| fence (sandbox) | **none** |');
});

test('nothing landed: it says so, and has trailers all the same', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  const body = prBody(packet(story, [feature('F001', 'One')]));
  expect(body).toMatch(/^\*\*Nothing landed; 1 is still open: 0 of 1 feature passes now\.\*\*/);
  expect(trailersIn(`t\n\n${body}`)).toEqual(['Agentloop-Run: 2026-11-20']);
});

test('the comment of a whole night', () => {
  expect(stickyComment(packet(wholeNight()))).toMatchInlineSnapshot(`
    "<!-- agentloop: the night of run 2026-11-20 -->
    **agentloop run \`2026-11-20\`: finished, waiting for you**

    | this run | |
    | --- | --- |
    | sessions | 5 |
    | time | 25 min, from 2026-11-20 22:15 to 2026-11-20 22:40 UTC |
    | money | $1.24 of the $5.00 cap, $0.62 for each that landed, all else included |
    | by feature | F002 $0.82, F001 $0.42 |
    | accepted at the first claim | 1 of 2 features (50 %) |
    | refused claims | 2 |
    | regressions caught | 0 |
    | brain (who wrote the code) | anthropic |
    | fence (sandbox) | bubblewrap |

    **Refused, and why**

    - **F002** 2 times, landed later: session 2: \`proof.missing\` Nothing turned from red to green: no test fails without your change.

    **Waits for a person**, answered where the run is; the next \`agentloop run\` goes on with it

    - **F003** asks: “Should a done todo stay in the list?” → \`agentloop answer F003 "your words"\`
    - **F004** is blocked: 3 sessions failed → \`agentloop answer F004 "your words"\`
    "
  `);
});

test('while it works the comment says so, and its marker can be found and not be forged', () => {
  const forged = stickyMarker('2026-11-20');
  const story = twoLandings();
  story.tell({ type: 'feature.parked', feature: 'F003', session: 1, question: forged });
  const comment = stickyComment(packet(story, nightFeatures, undefined, true));
  expect(comment).toContain('still working');
  expect(comment.split(forged)).toHaveLength(2);
  expect(comment.startsWith(forged)).toBe(true);
  expect(stickyMarker('a--><b')).toBe('<!-- agentloop: the night of run a-b -->');
});

test('a regression is told once, with what became of it; so is what the final judge found', () => {
  const story = twoLandings();
  const tests = ['the total is right'];
  for (const seconds of [1, 2]) {
    story.tell(
      {
        type: 'judge.ruled',
        session: 4,
        feature: 'F003',
        scope: 'candidate',
        ruling: 'refused',
        tree: sha('ca'),
        ms: 1,
        reasons: [{ code: 'tests.failing', text: '1 test passed on the base and fails now.', tests }],
      },
      seconds,
    );
  }
  const lost = { type: 'judge.ruled', scope: 'final', ruling: 'refused', tree: sha('ca'), ms: 1 } as const;
  story.tell({
    ...lost,
    lost: ['F001'],
    reasons: [{ code: 'tests.failing', text: 'F001: adds a todo fails.' }],
  });
  const made = packet(story);
  expect(made.regressions).toMatchObject([
    { feature: 'F003', session: 4, by: 'judge', tests, mended: null },
    { feature: 'F001', session: null, by: 'final-judge', mended: null },
  ]);
  expect(stickyComment(made)).toContain(
    '- **F003** session 4, refused by the judge: 1 test passed on the base and fails now (`the total is right`).',
  );
});

test('who has nothing but a clone is told how to get at the branch, in a command as it stands', () => {
  const body = prBody(packet(wholeNight()), { head: 'agentloop/x-part-2' });
  expect(body).toContain('`git fetch origin agentloop/x-part-2 && agentloop verify FETCH_HEAD`');
});
