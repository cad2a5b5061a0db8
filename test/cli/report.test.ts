import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { report } from '../../src/cli/commands/report.ts';
import { featureRows } from '../../src/cli/feature-rows.ts';
import { lookFirst } from '../../src/cli/look-first.ts';
import { reportMarkdown } from '../../src/cli/report-markdown.ts';
import type { Result } from '../../src/cli/result.ts';
import { resultOf } from '../../src/cli/result-of.ts';
import { writeResult } from '../../src/cli/write-result.ts';
import { type Event, StopReason } from '../../src/ledger/event.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import {
  feature,
  type LedgerStory,
  ledgerStory,
  runStarted,
  sessionStarted,
  sha,
} from '../helpers/ledger-story.ts';
import { nightFeatures, twoLandings, wholeNight } from '../helpers/nights.ts';
import { type RepoWithRuns, repoWithRuns } from '../helpers/repo-with-run.ts';

process.env['TZ'] = 'UTC';

let repo: RepoWithRuns;
beforeEach(async () => {
  repo = await repoWithRuns();
});
afterEach(() => repo.remove());

function result(story: LedgerStory, features = nightFeatures, alive = false): Result {
  return resultOf({ state: story.state(), features, alive, now: story.now() }, story.events);
}

function landing(id: string, more: object): Event {
  const fixed = { session: 1, commit: sha('c9'), parent: sha('ba'), tree: sha('ca'), subject: id, files: 1 };
  const proof = { kind: 'tests' as const, turned: ['it works'], redAt: sha('1a'), greenAt: sha('1b') };
  return {
    type: 'work.landed',
    feature: id,
    ...fixed,
    added: 1,
    removed: 0,
    look: ['src/screen.ts'],
    proof,
    ...more,
  };
}

test('the report of a whole night', async () => {
  await repo.addRun(wholeNight(), nightFeatures);
  const io = fakeIo({ cwd: repo.dir });
  expect(await report(io, undefined, {})).toBe(0);
  expect(io.out()).toMatchInlineSnapshot(`
    "# Run 2026-11-20

    2026-11-20 22:40: stopped, what is left waits for a person, 3 of 6 features pass, $1.24 of $5.00, 25 min; next: \`agentloop answer F003 "your words"\`

    > **Left: F003, F005**

    ## Look here first

    - F003 waits for you: \`agentloop answer F003 "your words"\`
    - Session 3 changed feature-list.json, which did not count.
    - F002 landed after 2 refusals. Start at src/list.ts, src/date.ts.
    - F004 is blocked; with words of yours it is tried again: \`agentloop answer F004 "your words"\`

    ## Blocked, and waiting for a person

    - **F003** Mark a todo as done
      asks: Should a done todo stay in the list?
      \`agentloop answer F003 "your words"\`
    - **F004** Export to CSV
      blocked: 3 sessions failed
      \`agentloop answer F004 "your words"\`

    ## Not done yet

    - **F005** Undo the last change · after F003

    ## Landed

    - **F001** Add a todo
      \`c1c1c1c1c1\` · 3 files, +48 -2 · "adds a todo" and 1 more test turned green · $0.42 · 1 session
    - **F002** List todos, newest first
      \`c3c3c3c3c3\` · 3 files, +120 -15 · "lists the newest first" turned green · $0.82 · 2 sessions · refused 2 times before

    ## Existing tests, dependencies, configuration

    **Whether existing tests were changed could not be seen: the commits are not in this clone.**

    ## Refused, and why

    - **F002** 2 times
      - session 2, \`proof.missing\`: Nothing turned from red to green: no test fails without your change. (2 times)

    ## Time and money

    | | |
    | --- | --- |
    | features | 3 of 6 pass, 2 landed in this run, 1 unproven |
    | sessions | 5 |
    | refusals | 2 |
    | time | 25 min, from 2026-11-20 22:15 to 2026-11-20 22:40 |
    | cost | $1.24 |
    | tokens | 3600 in, 1020 out, 168000 read from cache, 23400 written to cache |
    | brain | anthropic (claude-sonnet-5) |
    | fence | bubblewrap |
    | agentloop | 0.1.0 |

    ## Take it or leave it

    \`\`\`
    git log --stat bababababa..agentloop/2026-11-20
    git merge agentloop/2026-11-20
    \`\`\`
    "
  `);
});

test('what landed without a fence is told, also when a later invocation had one', () => {
  const story = ledgerStory();
  story.tell(runStarted({ fence: 'none' }));
  story.tell(sessionStarted(1, 'F001'));
  story.tell(landing('F001', { commit: sha('c1') }));
  const again = { version: '0.1.0', by: 'ada@desk', pid: 7, brain: 'anthropic', fence: 'bubblewrap' };
  story.tell({ type: 'run.resumed', ...again });
  story.tell(sessionStarted(2, 'F002'));
  story.tell(landing('F002', { session: 2, commit: sha('c2'), parent: sha('c1') }));
  const found = result(story);
  const notes = Object.fromEntries(found.landings.map((one) => [one.feature, one.notes]));
  expect(notes).toEqual({ F001: [expect.stringContaining('without a fence')], F002: [] });
  expect(reportMarkdown(found, 'first line')).toMatch(
    /## Worth a look\n\n- \*\*F001\*\* .*\n {2}- It landed without a fence/,
  );
});

test('a run in which nothing happened says so everywhere', () => {
  const story = ledgerStory();
  story.tell(runStarted({ fence: 'none' }));
  const text = reportMarkdown(result(story, []), 'first line');
  for (const words of [
    'Nothing stands out.',
    'Nothing landed.',
    'Nothing was refused.',
    'Nothing.',
    'There is nothing to take.',
  ]) {
    expect(text).toContain(`\n${words}\n`);
  }
  expect(text).toContain('> **FENCE: NONE.');
});

test('what a model writes stays words in Markdown, and cannot ping anybody', () => {
  const story = twoLandings();
  const text = '# pwn <img src=x> [click](http://evil) | @everyone `code` \u001b[2J';
  story.tell(sessionStarted(4, 'F003'));
  story.tell({
    type: 'judge.ruled',
    session: 4,
    feature: 'F003',
    scope: 'candidate',
    ruling: 'refused',
    tree: sha('ca'),
    ms: 1,
    reasons: [{ code: 'check.red', text, tests: ['a ` | b'] }],
  });
  story.tell({ type: 'feature.parked', feature: 'F003', session: 4, question: text });
  const list = nightFeatures.map((one) => (one.id === 'F001' ? { ...one, title: text } : one));
  const markdown = reportMarkdown(result(story, list), 'first line');
  expect(markdown).not.toMatch(/(?<!\\)<img|(?<!\\)\[click|@everyone/);
  expect(markdown).not.toContain('\u001b');
  expect(markdown).toContain(
    '\\# pwn \\<img src=x\\> \\[click\\](http://evil) \\| @\u200beveryone \\`code\\`',
  );
  expect(markdown).toContain('`` a ` ¦ b ``');
});

test('a test that the words of a reason name is not named again, and a bill without a price is unknown', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(sessionStarted(1, 'F001'));
  story.tell({ type: 'cost.updated', session: 1, feature: 'F001', usage: { inputTokens: 1 }, usd: null });
  story.tell({
    type: 'judge.ruled',
    session: 1,
    feature: 'F001',
    scope: 'candidate',
    ruling: 'refused',
    tree: sha('ca'),
    ms: 1,
    reasons: [{ code: 'tests.vanished', text: '"it adds" is gone.', tests: ['it adds', 'it divides'] }],
  });
  const markdown = reportMarkdown(result(story), 'first line');
  expect(markdown).toContain('`tests.vanished`: "it adds" is gone. (`it divides`)');
  expect(markdown).toContain('| cost | unknown |');
});

test('refusals of one feature are counted, and only the last few are told in full', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  for (let n = 1; n <= 9; n += 1) {
    story.tell({
      type: 'judge.ruled',
      session: n,
      feature: 'F001',
      scope: 'candidate',
      ruling: 'refused',
      tree: sha('ca'),
      ms: 1,
      reasons: [{ code: 'check.red', text: `round ${n}` }],
    });
  }
  const text = reportMarkdown(result(story, [feature('F001', 'One')]), '');
  expect(text).toContain('**F001** 9 times, the last 6 shown');
  expect(text).not.toContain('round 3');
  expect(text).toContain('round 4');
});

test('a failed check is told with the lines that say what failed, once for the same words, and they can do no harm', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  for (const n of [1, 2]) {
    story.tell({
      type: 'judge.ruled',
      session: 1,
      feature: 'F001',
      scope: 'candidate',
      ruling: 'refused',
      tree: sha('ca'),
      ms: 1,
      reasons: [
        {
          code: 'check.failed',
          text: 'The check "tests" fails.',
          output: `early\n\nnot ok 1 - adds (${n} ms)\n  \u001b[31mError: \`# not a title\`\u001b[0m\n# pass 3\n# todo 0\n`,
        },
      ],
    });
  }
  expect(reportMarkdown(result(story, [feature('F001', 'One')]), '')).toContain(
    [
      '  - session 1, `check.failed`: The check "tests" fails. (2 times)',
      '    - `not ok 1 - adds (2 ms)`',
      '    - `` Error: `# not a title` ``',
    ].join('\n'),
  );
});

test('look here first: the unproven, the questions, what did not count, the hard-won, the largest, the blocked', () => {
  const story = wholeNight();
  expect(lookFirst(result(story)).map(({ text, command }) => [text, command ?? '-'].join(' '))).toEqual([
    'F003 waits for you: agentloop answer F003 "your words"',
    'Session 3 changed feature-list.json, which did not count. -',
    'F002 landed after 2 refusals. Start at src/list.ts, src/date.ts. -',
    'F004 is blocked; with words of yours it is tried again: agentloop answer F004 "your words"',
  ]);
  const largest = twoLandings();
  for (const event of [sessionStarted(9, 'F003'), landing('F003', { added: 900 })]) largest.tell(event);
  expect(lookFirst(result(largest)).at(-1)).toEqual({
    text: 'F003 is the largest change (+900 -0). Start at src/screen.ts.',
  });
  const unproven = ledgerStory();
  unproven.tell(runStarted());
  const proof = { kind: 'none' as const, turned: [], redAt: sha('1a'), greenAt: sha('1b') };
  unproven.tell(landing('F006', { proof }));
  expect(lookFirst(result(unproven))).toEqual([
    { text: 'F006 passes because a person said so: nothing proves it. Start at src/screen.ts.' },
  ]);
});

test('a list of what to look at first stays short', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  for (let n = 1; n <= 20; n += 1)
    story.tell({ type: 'feature.parked', feature: `F${n}`, session: 1, question: '?' });
  const found = lookFirst(result(story));
  expect(found).toHaveLength(8);
  expect(found.at(-1)).toEqual({ text: 'and 13 more, below' });
});

test('a feature that was set back has not landed', () => {
  const story = twoLandings();
  story.tell({
    type: 'feature.reopened',
    feature: 'F002',
    why: 'its proof no longer holds',
    by: 'final-judge',
  });
  const list = nightFeatures.map((one) => (one.id === 'F002' ? { ...one, passes: false } : one));
  expect(result(story, list)).toMatchObject({
    features: { total: 6, pass: 2, landed: 1, unproven: 1, blocked: 0, waiting: 0, open: 4 },
    landings: [{ feature: 'F001' }],
  });
});

test('result.json holds the true exit code, and what is written is what its schema says', async () => {
  const schema = z.fromJSONSchema(JSON.parse(await readFile('schema/result.schema.json', 'utf8')));
  const dir = await repo.addRun(wholeNight(), nightFeatures);
  const written = await writeResult(dir, Date.now());
  const json = JSON.parse(await readFile(join(dir, 'result.json'), 'utf8'));
  expect(json).toEqual(JSON.parse(JSON.stringify(written)));
  expect(json).toMatchObject({
    reason: 'needs-human',
    exitCode: 12,
    features: { total: 6, pass: 3, landed: 2 },
    refused: 2,
  });
  expect(schema.parse(json)).toEqual(json);
  expect((await readdir(dir)).filter((name) => name.endsWith('.part'))).toEqual([]);

  const early = ledgerStory('early');
  early.tell(runStarted({ kind: 'init', branch: undefined, model: undefined }));
  for (const alive of [true, false]) expect(() => schema.parse(result(early, [], alive))).not.toThrow();
  expect(() => schema.parse({ ...json, more: 1 })).toThrow();
  expect(() => schema.parse({ ...json, features: { ...json.features, pass: '3' } })).toThrow();
});

test('the schema of the result knows every reason to stop', async () => {
  const schema = JSON.parse(await readFile('schema/result.schema.json', 'utf8'));
  expect(schema.properties.reason.anyOf[0].enum).toEqual(StopReason.options);
});

test('as JSON the report is the result, and while the run goes on nothing is over', async () => {
  const story = twoLandings();
  await repo.addRun(story, nightFeatures);
  const release = await repo.lock(story.run);
  const io = fakeIo({ cwd: repo.dir });
  await report(io, undefined, { format: 'json' });
  expect(JSON.parse(io.out())).toMatchObject({
    version: 1,
    reason: null,
    exitCode: null,
    sessions: 3,
    refused: 2,
  });
  await release();
});

test('a format that does not exist is told', async () => {
  await repo.addRun(wholeNight());
  await expect(report(fakeIo({ cwd: repo.dir }), undefined, { format: 'pdf' })).rejects.toThrow(
    '--format: "pdf" is not a format of the report.',
  );
});

/** A night in which F002 lands with doubts. */
function doubtfulNight(suspicions: number, notes: readonly string[] = []): LedgerStory {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(sessionStarted(1, 'F002'));
  const proof = { kind: 'tests' as const, turned: ['it works'], redAt: sha('1a'), greenAt: sha('1b') };
  story.tell({
    type: 'judge.ruled',
    session: 1,
    feature: 'F002',
    scope: 'candidate',
    ruling: 'accepted',
    tree: sha('ca'),
    ms: 9000,
    proof,
    notes: [...notes],
    suspicions: Array.from({ length: suspicions }, (_, n) => ({
      kind: 'runs-text',
      path: 'src/odd`.js',
      line: n + 1,
      says: 'It makes *code* from text.',
    })),
  });
  story.tell(landing('F002', {}));
  story.tell({ type: 'session.ended', session: 1, feature: 'F002', outcome: 'landed', ms: 1, counts: false });
  return story;
}

test('what deserves a second look is told by feature, in few lines, and can do no harm', () => {
  const story = doubtfulNight(8, ['Judged without test identities: no check tells which tests ran.']);
  const text = reportMarkdown(result(story), 'first line');
  expect(text.split('## Worth a look\n')[1]?.split('\n## ')[0]?.trim().split('\n')).toEqual([
    '- **F002** List todos, newest first',
    ...[1, 2, 3, 4, 5].map((n) => `  - \`\` src/odd\`.js:${n} \`\`: It makes \\*code\\* from text.`),
    '  - and 3 more suspicions, in its evidence',
    '  - Judged without test identities: no check tells which tests ran.',
  ]);
  expect(result(story)).toMatchObject({ suspicions: 8, landings: [{ suspicions: { length: 8 } }] });
});

test('where nothing is suspicious the report has no such section', () => {
  expect(reportMarkdown(result(doubtfulNight(0)), 'first line')).not.toContain('Worth a look');
});

test('status counts suspicions beside what landed, and result.json with them keeps its schema', async () => {
  const story = doubtfulNight(2);
  const [, row] = featureRows(story.state(), nightFeatures, false);
  expect(row?.words).toBe('landed c9c9c9c, 2 suspicions');
  const schema = z.fromJSONSchema(JSON.parse(await readFile('schema/result.schema.json', 'utf8')));
  expect(() => schema.parse(JSON.parse(JSON.stringify(result(story))))).not.toThrow();
});

test('a long night makes a report that is read to its end: a line a feature, and what many share is said once', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  const ids = Array.from({ length: 100 }, (_, n) => `F${String(n + 1).padStart(3, '0')}`);
  const judged = { scope: 'candidate' as const, tree: sha('ca'), ms: 1 };
  for (const [n, id] of ids.slice(0, 90).entries()) {
    const where = { session: n + 1, feature: id };
    story.tell(sessionStarted(n + 1, id));
    const reasons = [{ code: 'proof.missing', text: 'Nothing turned green.' }];
    story.tell({ type: 'judge.ruled', ...where, ...judged, ruling: 'refused', reasons });
    // The last twenty land (and then it dies, in the last session); of each kind there are more than anyone reads.
    if (n < 70) continue;
    const notes = [`Not seen: ${id}.`, 'No check tells which tests ran.'];
    const suspicions = [
      { kind: 'runs-text', path: `src/${id}.js`, line: 1, says: 'It makes code from text.' },
    ];
    story.tell({ type: 'judge.ruled', ...where, ...judged, ruling: 'accepted', notes, suspicions });
    story.tell(landing(id, where));
  }
  const list = ids.map((id) => feature(id, `What ${id} brings`));
  const text = reportMarkdown(result(story, list), 'first line');
  const under = (title: string) => text.split(`## ${title}\n\n`)[1]?.split('\n\n## ')[0]?.split('\n') ?? [];
  expect(text.split('\n').length).toBeLessThanOrEqual(200);
  expect(under('Landed')).toHaveLength(20);
  expect(under('Landed')[0]).toBe('- **F071** What F071 brings · `c9c9c9c9c9` · +1 -0 · refused 1 time');
  expect(under('Not done yet')).toHaveLength(80);
  expect(under('Not done yet').slice(69, 71)).toEqual([
    '- **F070** What F070 brings · open, refused 1 time',
    '- **F091** What F091 brings · open',
  ]);
  expect(under('Worth a look').slice(-3)).toEqual([
    '- 20 features: Not seen.',
    '- 20 features: No check tells which tests ran.',
    '- and 10 more features; `agentloop report --format json` has all',
  ]);
  // Those that have not landed come first.
  expect(under('Refused, and why')[0]).toBe('- **F001** 1 time');
  expect(under('Refused, and why').at(-1)).toBe(
    '- and 75 more features; `agentloop report --format json` has all',
  );
});

test('a feature that its sessions gave up is told with the last words about it', () => {
  const story = ledgerStory();
  story.tell(runStarted());
  story.tell(sessionStarted(1, 'F004'));
  const handoff = { did: 'Looked everywhere.', next: 'Somebody must say\nwhere the file is.' };
  story.tell({ type: 'claim.made', session: 1, feature: 'F004', claim: 'stuck', handoff });
  story.tell({ type: 'session.ended', session: 1, feature: 'F004', outcome: 'stuck', ms: 1, counts: true });
  story.tell({ type: 'feature.blocked', feature: 'F004', why: '1 session failed', reasons: [] });
  expect(reportMarkdown(result(story), 'first line')).toContain(
    'blocked: 1 session failed; its last words: Somebody must say where the file is.',
  );
});
